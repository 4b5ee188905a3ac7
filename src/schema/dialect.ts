/** What a database does with its schema otherwise than the others. */
import type { DialectModel } from "../model/dialect.ts";
import type { Operation } from "../model/operation.ts";
import type { ColumnType } from "../model/types.ts";
import { renumber } from "./apply/renumber.ts";
import type { Draft } from "./draft.ts";
import type { Collector } from "./failure/collector.ts";
import type { Schema } from "./schema.ts";

export interface SchemaParts {
  /** The operations of a statement, put so that one after the other does what the server does at once. */
  readonly untangle: (operations: readonly Operation[]) => Untangled;
  /** Applies an operation; false: it is applied as everywhere. */
  readonly apply: (draft: Draft, op: Operation) => boolean;
  /** Finds why it fails; false: it fails as everywhere. */
  readonly failures: (found: Collector, op: Operation) => boolean;
  /** IF [NOT] EXISTS: it surely does nothing; undefined: as everywhere. */
  readonly skips: (schema: Schema, op: Operation) => boolean | undefined;
  /** The keys written in a column that ADD COLUMN IF NOT EXISTS skips are made all the same. */
  readonly keepsKeysOfSkippedColumn: boolean;
  /** What is read must be there although IF NOT EXISTS finds the name: the server looks for the name last. */
  readonly readsWhatIsSkipped: boolean;
  /** Modifiers without those that say what holds anyway: `timestamp(6)` on PostgreSQL. */
  readonly modifiers: (type: ColumnType) => readonly number[];
}

export interface Untangled {
  /** To be done before all others. */
  readonly aside: readonly Operation[];
  /** As many as before, in their order. */
  readonly operations: readonly Operation[];
}

export interface SchemaDialect extends DialectModel {
  readonly schema: SchemaParts;
}

/** The schema's own way is PostgreSQL's. */
export const postgresSchema: SchemaParts = {
  untangle: (operations) => ({ aside: [], operations }),
  apply: (draft, op) => {
    renumber(draft, op);
    return false;
  },
  failures: () => false,
  skips: () => undefined,
  keepsKeysOfSkippedColumn: false,
  // Columns of CREATE INDEX, the query of CREATE TABLE AS and of a view (run on 13, 15 and 18).
  readsWhatIsSkipped: true,
  modifiers: ({ name, modifiers }) => {
    const whole = name === "numeric" && modifiers.length === 1 ? [...modifiers, 0] : modifiers;
    return usual.get(name)?.join() === whole.join() ? [] : whole;
  },
};

const usual: ReadonlyMap<string, readonly number[]> = new Map([
  ["timestamp", [6]],
  ["timestamptz", [6]],
  ["time", [6]],
  ["timetz", [6]],
  ["char", [1]],
  ["bit", [1]],
]);
