/**
 * Foreign keys that stay with a column or table until that is dropped, while the application no longer knows of them: where
 * it is the application that deletes what refers to a row, as in Django, each of them refuses the delete.
 */
import type { PerFamily } from "../model/dialect.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { ForeignKey } from "../schema/model.ts";
import { beforeCall } from "./declared.ts";
import { constraintOf } from "./undo.ts";
import { nothingBack } from "./way-back.ts";
import { lockOrGiveUp } from "./lock-tables.ts";
import { quote } from "./words.ts";

interface RefusingKeys {
  readonly names: ReadonlySet<string>;
  readonly drops: readonly string[];
  /** The later migration's way back may have made them again with what it brings back. */
  readonly again: readonly string[];
}

const locksParents: PerFamily<boolean> = { mongodb: false, mysql: false, postgres: true };

const none: RefusingKeys = { names: new Set(), drops: [], again: [] };

/** @param goes the column that goes; or the tables that go, of which `table` is one */
export function refusingKeys(step: Step, table: QualifiedName, goes: string | readonly Step[]): RefusingKeys {
  if (step.scope.history.declared?.deletesReferrers !== true) return none;
  const before = beforeCall(step);
  const found = before.relation(table);
  if (found.is !== "present") return none;
  const column = typeof goes === "string" ? goes : undefined;
  const tables = typeof goes === "string" ? [] : goes.flatMap((one) => one.table ?? []);
  const own = new Set([found.value.key, ...tables.map((one) => before.resolve(one))]);
  const keys = found.value.constraints.filter(
    (one): one is ForeignKey =>
      one.kind === "foreign key" &&
      !own.has(one.references) &&
      /^(?:no action|restrict)?$/i.test(one.onDelete ?? "") &&
      (column === undefined || one.columns.includes(column)),
  );
  // PostgreSQL locks the other table as well, whose requests would wait behind it.
  const locked = locksParents[before.family]
    ? [...new Set(keys.map(({ references }) => step.show(references)))]
    : [];
  const past = { before, show: step.show, back: nothingBack };
  return {
    names: new Set(keys.map(({ name }) => name)),
    drops: [
      ...lockOrGiveUp(locked),
      ...keys.map(({ name }) => `ALTER TABLE ${table.text} DROP CONSTRAINT ${quote(name)};`),
    ],
    again: keys.flatMap(({ name }) => {
      const clause = constraintOf(table, name, past);
      const drop = `ALTER TABLE ${table.text} DROP CONSTRAINT IF EXISTS ${quote(name)};`;
      return clause === undefined ? [] : [drop, `ALTER TABLE ${table.text} ${clause};`];
    }),
  };
}
