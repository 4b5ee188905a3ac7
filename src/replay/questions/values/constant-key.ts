/** A key of columns that this migration gives the same value in all rows: it holds one row at most. */
import { tableOf } from "../../../model/kinds.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { keyColumns } from "../../../schema/index-definition.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

export interface ConstantKey {
  /** As they are written: `'none'`. */
  readonly values: readonly string[];
  /** What adds the first of the columns. */
  readonly at: Origin | undefined;
}

type Asked = Pick<Step, "before" | "operation" | "earlier" | "isHere">;

/** Undefined: the key has an older column, or a statement may have given rows other values. */
export function constantKey(step: Asked): ConstantKey | undefined {
  const columns = keyColumnsOf(step.operation);
  const table = tableOf(step.operation);
  if (columns === undefined || columns.length === 0 || table === undefined) return undefined;
  const same = sameInAll(step, table, columns);
  if (same.length < columns.length) return undefined;
  const first = step.before.column(table, columns[0] ?? "");
  return {
    values: same.map(({ value }) => value),
    at: first.is === "present" ? first.value.origin : undefined,
  };
}

/** A column that this migration gives the same value in all rows; the value as it is written. */
export interface SameInAll {
  readonly column: string;
  readonly value: string;
}

/** Those of the columns; none, where a statement may have given rows other values. */
export function sameInAll(
  { before, earlier, isHere }: Omit<Asked, "operation">,
  table: QualifiedName,
  columns: readonly string[],
): readonly SameInAll[] {
  const same = columns.flatMap((column) => {
    const found = before.column(table, column);
    const value = found.is === "present" && isHere(found.value.origin) ? found.value.default : undefined;
    return value?.constant === true && !value.isNull ? [{ column, value: value.text }] : [];
  });
  if (same.length === 0) return same;
  const key = before.resolve(table);
  // What comes behind it, it doesn't wait for.
  const mayDiffer = earlier().some(
    (one) =>
      one.changes === "unknown" ||
      (one.changes === "rows" && one.table !== undefined && one.before.resolve(one.table) === key),
  );
  return mayDiffer ? [] : same;
}

/** Undefined: no unique key, or one of expressions or of some rows. */
export function keyColumnsOf(operation: Operation): readonly string[] | undefined {
  switch (operation.kind) {
    case "addUnique":
    case "addPrimaryKey":
      return operation.usingIndex === undefined ? operation.columns.map(({ text }) => text) : undefined;
    case "createIndex":
      return keyColumns(operation);
    default:
      return undefined;
  }
}
