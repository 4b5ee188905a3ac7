/** Data that a rollback doesn't bring back: columns and tables that come back empty, or go although they are older. */
import type { DialectName } from "../../../model/dialect.ts";
import type { Key } from "../../../model/names.ts";
import type { Column, Lookup, Relation } from "../../../schema/model.ts";
import { displayName, splitKey } from "../../../schema/dependents.ts";
import type { Schema } from "../../../schema/schema.ts";
import { isOfAllRows } from "../../../model/all-rows.ts";
import { statementTokens, tokenizers, type ScriptToken } from "../tokens.ts";
import { assigned } from "../values/written-rows.ts";
import { needsValue } from "./demands.ts";
import { isLookUp } from "../rows/few-rows.ts";
import { onceFor } from "../../../text/once-for.ts";
import type { MigrationScope, Place, Step } from "../../step.ts";

export interface RollbackLoss {
  /** For messages: `column orders.code`. */
  readonly object: string;
  /**
   * `empty`: the rollback makes it anew and fills it with nothing; `alike`: with one value for all rows, its default;
   * `required`: that fails, as rows must have a value in it; `older`: it drops what was there before;
   * `overwritten`, `deleted`: it doesn't write the values or rows again that the migration changes; `removed`: it deletes
   * rows of a table that is older than the migration, which adds none to it; `found`: it deletes rows that the migration's
   * INSERT doesn't add where they exist already; `seeded`: an earlier migration has added one of these; `flattened`: it
   * writes one value into every row, and the migration changes only some.
   */
  readonly how:
    | "empty"
    | "alike"
    | "required"
    | "older"
    | "overwritten"
    | "deleted"
    | "removed"
    | "found"
    | "seeded"
    | "flattened";
  /** In the rollback. */
  readonly at: Place;
  /** Where the migration dropped it, or what made it. */
  readonly from?: Place | undefined;
}

/** What the rollback drops of what the migration has added. */
export type Dropped = Pick<RollbackLoss, "object" | "at">;

/** A table, or one of its columns. */
interface Holder {
  readonly table: Key;
  readonly column?: string | undefined;
}

/** See `MigrationScope.rollbackLosses`. */
export function rollbackLosses(scope: MigrationScope): readonly RollbackLoss[] {
  const { down } = scope.migration;
  if (down === undefined || scope.migration.irreversible !== undefined) return [];
  const dropped = scope.steps.flatMap((step) => {
    const holder = dropsData(step, scope.migration.index);
    return holder === undefined ? [] : [{ holder, step }];
  });
  const empty = dropped.flatMap(({ holder, step }): RollbackLoss[] => {
    const maker = scope.downSteps.find((other) => makes(other, holder));
    if (maker === undefined || fills(maker, holder)) return [];
    const from = { path: step.script.path, span: step.operation.head };
    return [
      {
        object: shown(holder, step.before),
        how: needsValue(maker) ? "required" : hasDefault(maker) ? "alike" : "empty",
        at: { path: down.path, span: maker.operation.head },
        from,
      },
    ];
  });
  return [
    ...empty,
    ...olderDropped(scope, down.path),
    ...rowsLost(scope),
    ...rowsRemoved(scope),
    ...rowsFound(scope),
    ...valuesFlattened(scope),
  ];
}

/** See `MigrationScope.rollbackDropsNew`. */
export function rollbackDropsNew({ migration, downSteps }: MigrationScope): readonly Dropped[] {
  const { down, index, irreversible } = migration;
  if (down === undefined || down.code?.derived === true || irreversible !== undefined) return [];
  return downSteps.flatMap((step): Dropped[] => {
    const { operation, before, skipped, refused, script } = step;
    const holder = droppedBy(step);
    if (holder === undefined || skipped || refused || operation.conditional === true) return [];
    const relation = before.relation(holder.table);
    const found = lookUp(holder, before);
    if (relation.is !== "present" || relation.value.kind !== "table" || relation.value.temporary) return [];
    if (found.is !== "present" || !madeIn(found.value, index)) return [];
    if ("generated" in found.value && found.value.generated !== undefined) return [];
    const isKept = step.earlier().some((other) => keeps(other, holder));
    const at = { path: script.path, span: operation.head };
    return isKept ? [] : [{ object: shown(holder, before), at }];
  });
}

/** Values and rows that the migration changes, keeps nowhere, and its rollback doesn't write again. */
function rowsLost({ migration, steps, downSteps }: MigrationScope): readonly RollbackLoss[] {
  // A rollback in words, or of what isn't read.
  if (downSteps.length === 0) return [];
  const isSavedIn = onceFor((table: Key) =>
    onceFor((column: string | undefined) => {
      const holder = { table, column };
      return downSteps.some((step) => restores(step, holder)) || steps.some((step) => keeps(step, holder));
    }),
  );
  return steps.flatMap((step): RollbackLoss[] => {
    const { operation, before, script } = step;
    const at = { path: script.path, span: operation.head };
    if (step.skipped || step.refused || (operation.kind !== "updateRows" && operation.kind !== "deleteRows"))
      return [];
    const table = before.resolve(operation.table);
    const relation = before.relation(table);
    if (relation.is !== "present" || relation.value.temporary || madeIn(relation.value, migration.index))
      return [];
    if (operation.kind === "deleteRows")
      return isSavedIn(table)(undefined) ? [] : [{ object: shown({ table }, before), how: "deleted", at }];
    return operation.columns.flatMap(({ text: column }): RollbackLoss[] => {
      const found = before.column(table, column);
      if (found.is !== "present" || madeIn(found.value, migration.index)) return [];
      // Only what held no value is filled.
      const isFill = holdsNull(operation.where?.text ?? "", column, before.dialect.name);
      const isSaved = isFill || isSavedIn(table)(column);
      return isSaved ? [] : [{ object: shown({ table, column }, before), how: "overwritten", at }];
    });
  });
}

/** Rows that the rollback deletes, in a table into which the migration writes none. */
function rowsRemoved({
  migration,
  before: old,
  steps,
  downSteps,
  isTracking,
}: MigrationScope): readonly RollbackLoss[] {
  return downSteps.flatMap((step): RollbackLoss[] => {
    const { operation, before, script, skipped, refused } = step;
    if (operation.kind !== "deleteRows" || skipped || refused || step.values.fewRows()) return [];
    const table = before.resolve(operation.table);
    const found = before.relation(table);
    const isOld = old.relation(table).is === "present" && found.is === "present";
    if (!isOld || found.value.temporary || madeIn(found.value, migration.index) || isTracking(table))
      return [];
    if (steps.some((other) => writes(other, { table }) && other.operation.kind !== "updateRows")) return [];
    return [
      { object: shown({ table }, before), how: "removed", at: { path: script.path, span: operation.head } },
    ];
  });
}

/** Rows that the rollback deletes as if the migration had added them, whose INSERT passes over those that exist. */
function rowsFound({ before: old, steps, downSteps, isTracking }: MigrationScope): readonly RollbackLoss[] {
  return downSteps.flatMap((step): RollbackLoss[] => {
    const { operation, before, script, skipped, refused } = step;
    if (operation.kind !== "deleteRows" || skipped || refused) return [];
    const table = before.resolve(operation.table);
    const found = old.relation(table);
    if (found.is !== "present" || found.value.temporary || isTracking(table)) return [];
    const added = steps.find(
      (one) =>
        one.operation.kind === "insertRows" &&
        (one.operation.onConflict === "nothing" || one.operation.onConflict === "update") &&
        !one.skipped &&
        writes(one, { table }),
    );
    // What the migration has emptied it before holds nothing older.
    if (added === undefined || steps.some((one) => empties(one, table))) return [];
    const condition = operation.where?.text ?? "";
    const isSeeded = added.values
      .givenBefore()
      .some((name) => condition.includes(`'${name.replaceAll("'", "''")}'`));
    // Nobody else writes the rows of a table of words.
    if (!isSeeded && isLookUp(old, found.value)) return [];
    return [
      {
        object: shown({ table }, before),
        how: isSeeded ? "seeded" : "found",
        at: { path: script.path, span: operation.head },
        from: { path: added.script.path, span: added.operation.head },
      },
    ];
  });
}

/** Values that the migration leaves as they are, where its rollback writes the same constant into all rows. */
function valuesFlattened({
  migration: { index },
  before: old,
  steps,
  downSteps,
}: MigrationScope): readonly RollbackLoss[] {
  return downSteps.flatMap((step): RollbackLoss[] => {
    const { operation, before, script, skipped, refused } = step;
    if (operation.kind !== "updateRows" || skipped || refused || !isOfAllRows(operation)) return [];
    const table = before.resolve(operation.table);
    const relation = old.relation(table);
    if (relation.is !== "present" || relation.value.temporary) return [];
    return assigned(statementTokens(step)).flatMap(([column, value]): RollbackLoss[] => {
      const found = before.column(table, column);
      if (!isConstant(value) || found.is !== "present" || madeIn(found.value, index)) return [];
      const holder = { table, column };
      const mine = steps.filter((one) => !one.skipped && writes(one, holder));
      // Where it has changed all of them, or may have, nothing is left to lose.
      const isOfSome = mine.every(
        (one) => one.operation.kind === "updateRows" && !isOfAllRows(one.operation),
      );
      const goes = step
        .later()
        .some(({ operation: next }) => next.kind === "dropColumn" || next.kind === "dropTable");
      if (mine.length === 0 || !isOfSome || goes) return [];
      const at = { path: script.path, span: operation.head };
      return [{ object: shown(holder, before), how: "flattened", at }];
    });
  });
}

/** `true`, `NULL`, `12`, `'new'`. */
const isConstant = ([value, ...more]: readonly ScriptToken[]): boolean =>
  value !== undefined &&
  more.length === 0 &&
  (value.kind === "string" || /^(?:true|false|null|\d+(?:\.\d+)?)$/.test(value.value));

const empties = ({ operation, before }: Step, table: Key): boolean =>
  (operation.kind === "deleteRows" || operation.kind === "truncateTable") &&
  before.resolve(operation.table) === table;

/** `column IS NULL` stands in the condition. */
function holdsNull(condition: string, column: string, dialect: DialectName): boolean {
  const words = tokenizers[dialect](condition, 0, condition.length).filter(({ kind }) => kind !== "comment");
  return words.some(
    ({ value }, at) => value === column && words[at + 1]?.value === "is" && words[at + 2]?.value === "null",
  );
}

/** The rollback writes rows or values into it, drops it, or may do so. */
const restores = (step: Step, holder: Holder): boolean =>
  writes(step, holder) || makes(step, holder) || makes(step, { table: holder.table });

/** The step copies rows of the table elsewhere. */
const keeps = ({ operation, before }: Step, { table }: Holder): boolean =>
  ((operation.kind === "insertRows" && operation.source === "query") ||
    (operation.kind === "createTable" && operation.query !== undefined)) &&
  (operation.query?.relations ?? []).some((name) => before.resolve(name) === table);

/** The table or column that DROP TABLE and DROP COLUMN name. */
function droppedBy({ operation, before }: Step): Holder | undefined {
  if (operation.kind !== "dropTable" && operation.kind !== "dropColumn") return undefined;
  const column = operation.kind === "dropColumn" ? operation.column.text : undefined;
  return { table: before.resolve(operation.table), column };
}

const lookUp = ({ table, column }: Holder, schema: Schema): Lookup<Relation> | Lookup<Column> =>
  column === undefined ? schema.relation(table) : schema.column(table, column);

/** What the step drops, if it held rows or values from before the migration. */
function dropsData(step: Step, index: number): Holder | undefined {
  const { operation, before, skipped, failures } = step;
  if (skipped || failures.length > 0 || operation.conditional === true) return undefined;
  if (operation.kind === "dropTable") {
    const table = before.resolve(operation.table);
    return !operation.foreign && isOlder(before.relation(table), index, operation.ifExists)
      ? { table }
      : undefined;
  }
  if (operation.kind !== "dropColumn") return undefined;
  const table = before.resolve(operation.table);
  const column = operation.column.text;
  const found = before.column(table, column);
  if (found.is === "present" && found.value.generated !== undefined) return undefined;
  const relation = before.relation(table);
  if (relation.is === "present" && (relation.value.temporary || madeIn(relation.value, index)))
    return undefined;
  const guarded = operation.ifExists || operation.columnIfExists;
  return isOlder(found, index, guarded) ? { table, column } : undefined;
}

const madeIn = ({ origin }: Relation | Column, index: number): boolean => origin?.migration === index;

/** What isn't known is taken for there, unless IF EXISTS doubts it. */
function isOlder(found: Lookup<Relation> | Lookup<Column>, index: number, guarded: boolean): boolean {
  if (found.is === "unknown") return !guarded;
  if (found.is === "absent" || madeIn(found.value, index)) return false;
  return !("kind" in found.value) || (found.value.kind === "table" && !found.value.temporary);
}

function makes({ operation, before, skipped }: Step, { table, column }: Holder): boolean {
  if (skipped) return false;
  if (column === undefined)
    return (
      operation.kind === "createTable" &&
      operation.query === undefined &&
      before.resolve(operation.table) === table
    );
  return (
    operation.kind === "addColumn" &&
    operation.column.name.text === column &&
    operation.column.generated === undefined &&
    before.resolve(operation.table) === table
  );
}

/** What it adds has a value in every row. */
const hasDefault = ({ operation }: Step): boolean =>
  operation.kind === "addColumn" && operation.column.default?.isNull === false;

/** A later step of the rollback writes rows or values into it, or puts something else in its place. */
const fills = (maker: Step, holder: Holder): boolean => maker.later().some((step) => writes(step, holder));

function writes({ operation, before }: Step, { table, column }: Holder): boolean {
  switch (operation.kind) {
    case "updateRows":
      return (
        before.resolve(operation.table) === table &&
        (column === undefined || operation.columns.some(({ text }) => text === column))
      );
    case "insertRows":
    case "mergeRows":
    case "copyRows":
    case "renameTable":
    case "dropTable":
      return operation.table !== undefined && before.resolve(operation.table) === table;
    case "dropColumn":
      return operation.column.text === column && before.resolve(operation.table) === table;
    case "attachPartition":
      return before.resolve(operation.table) === table;
    case "executeDynamic":
    case "callFunction":
    case "unknown":
      return true;
    default:
      return false;
  }
}

/** What the rollback drops is older than the migration, which only renamed it or left it alone. */
function olderDropped(scope: MigrationScope, path: string): readonly RollbackLoss[] {
  const { migration, downSteps, rollbackDifference } = scope;
  const missing = new Set(
    (rollbackDifference() ?? []).flatMap(({ change, text }) => (change === "missing" ? [text] : [])),
  );
  return downSteps.flatMap((step): RollbackLoss[] => {
    const holder = dropsData(step, migration.index);
    if (holder === undefined) return [];
    const { before, operation } = step;
    const found = lookUp(holder, before);
    if (found.is !== "present") return [];
    const names = [{ name: found.value.name }, ...found.value.renamedFrom].map(({ name }) =>
      shown(
        holder.column === undefined
          ? { table: holder.table.replace(/\..*/s, `.${name}`) }
          : { table: holder.table, column: name },
        scope.before,
      ),
    );
    // What isn't there any more afterwards is another rule's finding.
    if (names.some((name) => missing.has(name))) return [];
    const { origin } = found.value;
    return [
      {
        object: shown(holder, before),
        how: "older",
        at: { path, span: operation.head },
        from: origin && { path: origin.path, span: origin.span },
      },
    ];
  });
}

/** As schema differences call it. */
function shown({ table, column }: Holder, schema: Schema): string {
  const name = displayName(schema, ...splitKey(table));
  return column === undefined ? `table ${name}` : `column ${name}.${schema.spellColumn(table, column)}`;
}
