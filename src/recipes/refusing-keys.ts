/**
 * Foreign keys that stay with a column or table until that is dropped, while the application no longer knows of them: where
 * it is the application that deletes what refers to a row, as in Django, each of them refuses the delete.
 */
import type { PerFamily } from "../model/dialect.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { ForeignKey } from "../schema/model.ts";
import { beforeCall } from "./declared.ts";
import { constraintOf, undoOf } from "./undo.ts";
import { nothingBack } from "./way-back.ts";
import { lockOrGiveUp } from "./lock-tables.ts";
import { ownBackOf } from "./own-back.ts";
import { keyOf, touchedBy } from "./statement-forms.ts";

interface RefusingKeys {
  readonly names: ReadonlySet<string>;
  /** Before the drops. */
  readonly locks: readonly string[];
  readonly drops: readonly string[];
  /** The way back may make them in the CREATE TABLE, which belongs to the later migration. */
  readonly again: readonly string[];
}

interface Way {
  /** A drop of a key locks the other table as well: requests would wait behind it. */
  readonly locksParents: boolean;
  readonly drops: string;
  readonly guarded?: string;
}

const ways: PerFamily<Way> = {
  mongodb: { locksParents: false, drops: "" },
  mysql: { locksParents: false, drops: "DROP FOREIGN KEY" },
  postgres: { locksParents: true, drops: "DROP CONSTRAINT", guarded: "DROP CONSTRAINT IF EXISTS" },
};

const none: RefusingKeys = { names: new Set(), locks: [], drops: [], again: [] };

/** @param goes the column that goes; or the tables that go, of which `table` is one */
export function refusingKeys(step: Step, table: QualifiedName, goes: string | readonly Step[]): RefusingKeys {
  if (step.scope.history.declared?.deletesReferrers !== true) return none;
  const before = beforeCall(step);
  const found = before.relation(table);
  if (found.is !== "present") return none;
  const column = typeof goes === "string" ? goes : undefined;
  const tables = typeof goes === "string" ? [] : goes.flatMap((one) => one.table ?? []);
  const own = new Set([found.value.key, ...tables.map((one) => before.resolve(one))]);
  const { locksParents, drops, guarded } = ways[before.family];
  const past = { before, show: step.show, back: nothingBack };
  const clauseOf = (name: string): string | undefined =>
    guarded === undefined
      ? ownBackOf(step.scope).makes.constraints.get(keyOf(table.text, name))
      : constraintOf(table, name, past);
  const keys = found.value.constraints.filter(
    (one): one is ForeignKey =>
      one.kind === "foreign key" &&
      !own.has(one.references) &&
      /^(?:no action|restrict)?$/i.test(one.onDelete ?? "") &&
      (column === undefined || one.columns.includes(column)),
  );
  const locked = locksParents ? [...new Set(keys.map(({ references }) => step.show(references)))] : [];
  const alter = `ALTER TABLE ${table.text}`;
  return {
    names: new Set(keys.map(({ name }) => name)),
    locks: lockOrGiveUp(locked),
    drops: keys.map(({ name }) => `${alter} ${drops} ${step.spell(name)};`),
    again: keys.flatMap(({ name }) => {
      const clause = clauseOf(name);
      if (clause === undefined) return [];
      const guard = guarded === undefined ? [] : [`${alter} ${guarded} ${step.spell(name)};`];
      return [...guard, `${alter} ${clause};`];
    }),
  };
}

/**
 * What takes the later drops back, without the keys that the way back of the first step adds: the tables that they refer
 * to may come back only there.
 *
 * @param again as `refusingKeys` has it
 */
export function withoutKeys(
  step: Step,
  drops: readonly string[],
  again: readonly string[],
): { readonly undo?: readonly string[] } {
  if (again.length === 0) return {};
  const past = { before: beforeCall(step), show: step.show, back: ownBackOf(step.scope).makes };
  const undone = undoOf(drops, [], past);
  const apart = new Set(again.flatMap(touchedBy));
  return undone === undefined
    ? {}
    : { undo: undone.filter((sql) => !touchedBy(sql).some((one) => apart.has(one))) };
}
