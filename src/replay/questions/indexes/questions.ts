import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Index, Tri } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Answers } from "../../answers.ts";
import type { Step } from "../../step.ts";
import {
  coveringIndex,
  foundBy,
  indexedBy,
  indexMade,
  isNeeded,
  isOfRelation,
  keptForKey,
  keyIsIndexed,
  keyIsLeft,
  keysLeftWithout,
  partlyFoundBy,
  type KeyLeft,
} from "./indexes.ts";
import { longText } from "./long-text.ts";
import { sharedDefault, type SharedDefault } from "./shared-default.ts";

/** Indexes of a table. */
export interface IndexQuestions {
  /** The index that a CREATE INDEX made, if it is still there in `schema`. */
  readonly indexMade: (schema: Schema) => Index | undefined;
  /** Of ADD UNIQUE and CREATE INDEX: it keeps a column of a new table unique whose default is one value for all rows. */
  readonly sharedDefault: () => SharedDefault | undefined;
  /** It is one of TimescaleDB's, which know no CONCURRENTLY; `unknown`: where there are some, something else makes the table. */
  readonly isHypertable: (table: QualifiedName) => Tri;
  /** Another index that makes this one superfluous: equal, or beginning with all its columns. No tool makes it by itself. */
  readonly covering: (schema: Schema, index: Index) => Index | undefined;
  /** Of CREATE INDEX and ADD UNIQUE: at the end of the migration, another index makes the new one superfluous: its name. */
  readonly needlessBeside: () => string | undefined;
  /** PostgreSQL: a column of the new B-tree whose values may be too long for it: text without a limit, of which there is much. */
  readonly longText: () => string | undefined;
  /** In that later schema the index of `schema` is gone, or none makes it superfluous. */
  readonly isNeeded: (schema: Schema, index: Index, later: Schema) => boolean;
  /** On MySQL and MariaDB: the later step that drops an index, which it could not if this one weren't there for a foreign key. */
  readonly keptForKey: (index: Index) => Step | undefined;
  /** Does an index of the table begin with these columns, in any order? */
  readonly indexedBy: (schema: Schema, table: QualifiedName | Key, columns: readonly string[]) => Tri;
  /** Does an index of the table begin with one of these columns, so that rows with values of all are found by it? */
  readonly foundBy: (schema: Schema, table: QualifiedName | Key, columns: readonly string[]) => Tri;
  /** A partial index of the table that begins with the column, if it is one alone: rows that don't meet its WHERE aren't in it. */
  readonly partlyFoundBy: (
    schema: Schema,
    table: QualifiedName | Key,
    columns: readonly string[],
  ) => Index | undefined;
  /** Of ADD FOREIGN KEY: by then, the migration hasn't dropped it again. */
  readonly keyIsLeft: (schema: Schema) => boolean;
  /** Of ADD FOREIGN KEY: in that later schema the key is gone, or an index of its table begins with one of its columns. */
  readonly keyIsIndexed: (later: Schema) => boolean;
  /** Of DROP INDEX, CONSTRAINT and COLUMN: foreign keys whose last index it is, if they still have none in that later schema. */
  readonly keysLeftWithout: (later: Schema) => readonly KeyLeft[];
}

const covering = (step: Step, schema: Schema, index: Index): Index | undefined =>
  isOfRelation(step, schema, index) ? undefined : coveringIndex(schema, index);

export const indexAnswers: Answers<IndexQuestions> = {
  indexMade: (step) => (schema) => indexMade(step, schema),
  sharedDefault: (step) => () => sharedDefault(step),
  isHypertable:
    ({ before, scope }) =>
    (table) => {
      const found = before.relation(table);
      if (found.is === "present" && found.value.hypertable === true) return "yes";
      const isMadeHere = found.is === "present" && found.value.origin !== undefined;
      return scope.history.timescale === true && !isMadeHere ? "unknown" : "no";
    },
  covering: (step) => (schema, index) => covering(step, schema, index),
  needlessBeside: (step) => () => {
    const { after } = step.scope;
    const made = indexMade(step, after);
    const other = made && covering(step, after, made);
    return other && after.spell(other);
  },
  longText: (step) => () => longText(step),
  isNeeded: () => isNeeded,
  keptForKey: (step) => (index) => keptForKey(step, index),
  indexedBy: () => indexedBy,
  foundBy: () => foundBy,
  partlyFoundBy: () => partlyFoundBy,
  keysLeftWithout: (step) => (later) => keysLeftWithout(step, later),
  keyIsLeft: (step) => (schema) => keyIsLeft(step, schema),
  keyIsIndexed: (step) => (later) => keyIsIndexed(step, later),
};
