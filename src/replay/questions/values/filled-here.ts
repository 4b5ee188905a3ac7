/** `UPDATE … WHERE c IS NULL` where the history has given each row a value: none meets it. */
import type { Key } from "../../../model/names.ts";
import type { Step } from "../../step.ts";
import { statementTokens } from "../tokens.ts";
import { meetsNoRow } from "./bounds.ts";
import { assigned } from "./written-rows.ts";

/**
 * `c IS NULL` of a column that is NOT NULL, that was just added with a default, which all rows have, or that an UPDATE without
 * WHERE has just given a value.
 *
 * @param isDefault what the earlier migrations say: only a default has filled old rows of the column
 */
export function isFilledHere(
  { operation, before, earlier, neighbours, scope }: Step,
  isDefault: (table: Key, column: string) => boolean,
): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return false;
  const { where, table, among } = operation;
  if (among !== undefined || where?.nulls === undefined) return false;
  if (meetsNoRow(operation, before)) return true;
  const { migration, history } = scope;
  const own = before.resolve(table);
  const isDirectlyBehind = (name: string): boolean => {
    const found = before.column(table, name);
    if (found.is !== "present" || found.value.hasDefault !== "yes") return false;
    const at = found.value.origin.migration;
    const other = history.migrations[at];
    // A changeset of its own, of the same file.
    const isWrittenWith = migration.deployment !== undefined && other?.deployment === migration.deployment;
    const isNext = at === migration.index - 1 && other?.up.path === migration.up.path;
    return (
      at < migration.index &&
      (isWrittenWith || isNext) &&
      isDefault(own, name) &&
      earlier().every((one) => leavesValues(one, own, name))
    );
  };
  if (where.nulls.some(isDirectlyBehind)) return true;
  const added = neighbours("earlier", "addColumn");
  return where.nulls.some((name) => {
    const last =
      neighbours("earlier", "updateRows").findLast((one) => fillsAll(one, own, name)) ??
      added.findLast(
        (one) => one.operation.column.name.text === name && one.before.resolve(one.operation.table) === own,
      );
    if (last === undefined) return false;
    if (last.operation.kind === "addColumn") {
      const { ifNotExists, column } = last.operation;
      if (column.default === undefined || column.default.isNull) return false;
      if (ifNotExists && last.before.column(own, name).is !== "absent") return false;
    }
    const all = earlier();
    const from = all.findIndex(({ operation: one }) => one === last.operation);
    return all.slice(from + 1).every((one) => leavesValues(one, own, name));
  });
}

/** No row of the table can hold NULL in the column after it that hasn't before. */
function leavesValues(step: Step, table: Key, column: string): boolean {
  const { operation, before, changes, inBody } = step;
  if (changes === "nothing" || changes === "schema") return true;
  // What triggers do with rows isn't looked at.
  if (operation.kind !== "updateRows" || inBody) return false;
  if (before.resolve(operation.table) !== table) return false;
  const names = operation.columns.map(({ text }) => text);
  return !names.includes(column) || givesLiteral(step, column);
}

/** `UPDATE t SET c = 'x'`, for every row. */
function fillsAll(step: Step<"updateRows">, table: Key, column: string): boolean {
  const { operation, before, inBody } = step;
  const { where, limited, among, repeated } = operation;
  if (inBody || limited === true || among !== undefined || repeated === true) return false;
  if (where !== undefined && !where.trivial) return false;
  return before.resolve(operation.table) === table && givesLiteral(step, column);
}

function givesLiteral(step: Step, column: string): boolean {
  const value = assigned(statementTokens(step)).find(([name]) => name === column)?.[1];
  return (
    value?.length === 1 &&
    value.every(
      ({ kind, value: word }) => kind === "string" || kind === "number" || /^(?:true|false)$/.test(word),
    )
  );
}
