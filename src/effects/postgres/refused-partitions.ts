/** Bounds of partitions that can't be, and children that lack what their parent asks for. */
import type { BoundValue, PartitionBound } from "../../model/operation.ts";
import { sameType, type ColumnType } from "../../model/types.ts";
import type { Relation } from "../../schema/model.ts";
import type { StatementContext } from "./statement-context.ts";

/** A table may have tens of thousands; the newest are the likely neighbours. */
const mostCompared = 200;

/** `child` is the new partition; of its bound only what literals say is compared. */
export function refuseBound(
  parent: Relation,
  child: string,
  bound: PartitionBound,
  context: StatementContext,
): void {
  const { partitionBy } = parent;
  if (partitionBy === undefined || bound.default) return;
  if (bound.strategy !== undefined && bound.strategy !== partitionBy.strategy) {
    context.found.fail(`invalid bound specification for a ${partitionBy.strategy} partition`);
    return;
  }
  const [column] = partitionBy.columns;
  // Keys of several columns are compared only as a whole.
  if (column === undefined || partitionBy.columns.length > 1 || partitionBy.expressions.length > 0) return;
  const type = context.column(parent.key, column)?.type;
  if (compareValues(bound.from?.[0], bound.to?.[0], type) === "not before")
    context.found.fail(`empty range bound specified for partition "${child}"`);
  for (const key of parent.children.slice(-mostCompared)) {
    const other = context.relation(key)?.partitionOf?.bound;
    if (other !== undefined && overlap(bound, other, type))
      context.found.fail(
        `partition "${child}" would overlap partition "${context.relation(key)?.name ?? ""}"`,
      );
  }
}

function overlap(a: PartitionBound, b: PartitionBound, type: ColumnType | undefined): boolean {
  if (a.default || b.default) return false;
  if (a.strategy === "hash") return a.text === b.text;
  if (a.values !== undefined)
    return a.values.some((one) => b.values?.some((other) => isSame(one, other)) === true);
  return (
    compareValues(a.from?.[0], b.to?.[0], type) === "before" &&
    compareValues(b.from?.[0], a.to?.[0], type) === "before"
  );
}

const isSame = (a: BoundValue, b: BoundValue): boolean => a.literal !== undefined && a.literal === b.literal;

const numbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint", "numeric"]);
const days: ReadonlySet<string> = new Set(["date", "timestamp", "timestamptz"]);

/** Undefined: the values can't be compared as text or number. */
function compareValues(
  a: BoundValue | undefined,
  b: BoundValue | undefined,
  type: ColumnType | undefined,
): "before" | "not before" | undefined {
  if (a === undefined || b === undefined || type === undefined || type.schema !== undefined) return undefined;
  const said = (isBefore: boolean) => (isBefore ? "before" : "not before");
  if (a.end === "minvalue" || b.end === "maxvalue") return said(a.end !== b.end);
  if (a.end === "maxvalue" || b.end === "minvalue") return "not before";
  if (a.literal === undefined || b.literal === undefined) return undefined;
  if (numbers.has(type.name)) {
    const [x, y] = [Number(a.literal), Number(b.literal)];
    return Number.isSafeInteger(x) && Number.isSafeInteger(y) ? said(x < y) : undefined;
  }
  const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);
  if (days.has(type.name) && isDay(a.literal) && isDay(b.literal)) return said(a.literal < b.literal);
  return undefined;
}

/** INHERIT and ATTACH PARTITION: columns of the parent's types, NOT NULL where it says so, and its checks. */
export function refuseChild(
  parent: Relation | undefined,
  child: Relation | undefined,
  context: StatementContext,
): void {
  if (parent?.complete !== true || child?.complete !== true) return;
  for (const column of parent.columns) {
    const own = child.columns.find(({ name }) => name === column.name);
    if (own === undefined) continue;
    if (own.type !== undefined && column.type !== undefined && !sameType(own.type, column.type))
      context.found.fail(`child table "${child.name}" has different type for column "${column.name}"`);
    if (column.notNull === "yes" && own.notNull === "no")
      context.found.fail(`column "${column.name}" in child table must be marked NOT NULL`);
  }
  for (const constraint of parent.constraints) {
    if (constraint.kind !== "check" || constraint.noInherit) continue;
    if (!child.constraints.some(({ kind, name }) => kind === "check" && name === constraint.name))
      context.found.fail(`child table is missing constraint "${constraint.name}"`);
  }
}
