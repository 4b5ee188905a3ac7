/** A key of columns that this migration gives the same value in all rows: it holds one row at most. */
import { tableOf } from "../../../model/kinds.ts";
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
export function constantKey({ before, operation, earlier, isHere }: Asked): ConstantKey | undefined {
  const columns = keyColumnsOf(operation);
  const table = tableOf(operation);
  if (columns === undefined || columns.length === 0 || table === undefined) return undefined;
  const found = columns.map((name) => before.column(table, name));
  const defaults = found.map((one) =>
    one.is === "present" && isHere(one.value.origin) ? one.value.default : undefined,
  );
  const values = defaults.flatMap((one) => (one?.constant === true && !one.isNull ? [one.text] : []));
  if (values.length < columns.length) return undefined;
  const key = before.resolve(table);
  // What comes behind it, it doesn't wait for.
  const mayDiffer = earlier().some(
    (one) =>
      one.changes === "unknown" ||
      (one.changes === "rows" && one.table !== undefined && one.before.resolve(one.table) === key),
  );
  const [first] = found;
  return mayDiffer ? undefined : { values, at: first?.is === "present" ? first.value.origin : undefined };
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
