import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-partition",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`ALTER TABLE … DROP PARTITION` or `TRUNCATE PARTITION` of an existing table.",
    why: "The rows of the partition are lost, and no ROLLBACK restores them. A rollback migration can only create an empty partition.",
    instead:
      "Copy the rows first, or move them to another table with `EXCHANGE PARTITION` and drop that table later. If old rows are dropped by design, suppress this finding with the reason, or let a scheduled job drop them.",
    exceptions: [
      "a table that a pending migration creates",
      "`EXCHANGE`, `REORGANIZE` and other changes of partitions",
    ],
  },
  messages: {
    drop: "the rows of {{partitions}} of {{table}} are lost",
    truncate: "empties {{partitions}} of {{table}}, and no ROLLBACK brings the rows back",
  },
  on: {
    alterPartitions({ operation, createdPending, show, spell }, { report }) {
      const { change, table, partitions } = operation;
      if (change !== "drop" && change !== "truncate") return;
      if (createdPending(table) === "yes") return;
      const names = partitions?.map((name) => spell(name)) ?? [];
      const word = names.length > 1 ? "partitions" : "partition";
      report({
        at: operation.head,
        message: change,
        data: {
          partitions: names.length === 0 ? "all partitions" : `${word} ${names.join(", ")}`,
          table: show(table),
        },
      });
    },
  },
});
