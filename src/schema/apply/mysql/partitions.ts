/** What ALTER TABLE leaves of the partitions of a table. */
import type { AlterPartitions, PartitionDefinition, PartitionKey } from "../../../model/operation.ts";

export function partitionsAfter(
  op: AlterPartitions,
  before: PartitionKey | undefined,
): PartitionKey | undefined {
  if (op.change === "partition by") return op.key;
  if (op.change === "remove partitioning") return undefined;
  if (before === undefined) return before;
  const made = op.definitions ?? [];
  const named = new Set(op.partitions?.map(({ text }) => text));
  const old = before.partitions;
  const count = old?.length ?? before.count ?? 1;
  switch (op.change) {
    case "add":
      // `ADD PARTITION PARTITIONS 2`: the server goes on counting.
      if (op.count !== undefined && old === undefined) return { ...before, count: count + op.count };
      if (op.count !== undefined) return withPartitions(before, [...(old ?? []), ...numbered(op, count, op.count)]);
      return withPartitions(before, [...(old ?? numbered(op, 0, count)), ...made]);
    case "coalesce":
      if (old === undefined) return { ...before, count: Math.max(1, count - (op.count ?? 0)) };
      return withPartitions(before, old.slice(0, Math.max(1, count - (op.count ?? 0))));
    case "drop":
    case "reorganize": {
      if (old === undefined) return before;
      const at = old.findIndex(({ name }) => named.has(name.text));
      const rest = old.filter(({ name }) => !named.has(name.text));
      return withPartitions(before, [...rest.slice(0, at), ...made, ...rest.slice(at)]);
    }
    default:
      return before;
  }
}

const withPartitions = (before: PartitionKey, partitions: readonly PartitionDefinition[]): PartitionKey => ({
  ...before,
  count: partitions.length,
  partitions,
});

const numbered = ({ head }: AlterPartitions, from: number, count: number): readonly PartitionDefinition[] =>
  Array.from({ length: count }, (_, i) => ({
    name: { text: `p${from + i}`, span: head },
    options: [],
    subpartitions: [],
  }));
