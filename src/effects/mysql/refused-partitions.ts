/** ALTER TABLE … PARTITION that the table's partitions refuse. */
import type { AlterPartitions, Operation } from "../../model/operation.ts";
import type { StatementContext } from "./statement-context.ts";

export function refusedPartition(op: Operation, context: StatementContext): string | undefined {
  const table = context.relation;
  if (table?.complete !== true) return undefined;
  if (op.kind === "addUnique" || (op.kind === "createIndex" && op.unique)) {
    const columns =
      op.kind === "addUnique" ? op.columns.map((c) => c.text) : op.elements.flatMap((e) => e.column ?? []);
    return context.isPartitioned && !includesKey(columns, table.partitionBy?.columns ?? [])
      ? "A UNIQUE INDEX must include all columns in the table's partitioning function"
      : undefined;
  }
  if (op.kind !== "alterPartitions") return undefined;
  if (op.change === "partition by") return wrongKey(op, context);
  if (table.partitionBy === undefined)
    return "Partition management on a not partitioned table is not possible";
  return wrongPartition(op, context);
}

const includesKey = (columns: readonly string[], key: readonly string[]): boolean =>
  key.every((column) => columns.includes(column));

function wrongKey(op: AlterPartitions, context: StatementContext): string | undefined {
  const key = op.key?.columns ?? [];
  const wrong = context.indexes.find(
    (index) =>
      index.unique &&
      !context.dropped.has(index.name) &&
      !includesKey(
        index.elements.flatMap((e) => e.column ?? []),
        key,
      ),
  );
  return wrong === undefined
    ? undefined
    : `A ${wrong.name === "primary" ? "PRIMARY KEY" : "UNIQUE INDEX"} must include all columns in the table's partitioning function`;
}

function wrongPartition(op: AlterPartitions, context: StatementContext): string | undefined {
  const { strategy, partitions } = context.relation?.partitionBy ?? {};
  const isHash = strategy === "hash" || strategy === "key";
  if (op.change === "drop" && isHash) return "DROP PARTITION can only be used on RANGE/LIST partitions";
  if (op.change === "coalesce" && !isHash)
    return "COALESCE PARTITION can only be used on HASH/KEY partitions";
  if (partitions === undefined) return undefined;
  const names = new Set(partitions.map(({ name }) => name.text));
  const named = op.partitions ?? [];
  if (op.guarded !== true && named.some(({ text }) => !names.has(text)))
    return "Wrong partition name or partition list";
  if (op.change === "drop" && named.length === names.size)
    return "Cannot remove all partitions, use DROP TABLE instead";
  const last = partitions.at(-1)?.values;
  if (op.change === "add" && strategy === "range" && last !== undefined && /maxvalue/i.test(last))
    return "MAXVALUE can only be used in last partition definition";
  return undefined;
}
