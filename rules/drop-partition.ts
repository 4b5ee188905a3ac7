import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-partition",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`ALTER TABLE … DROP PARTITION` or `TRUNCATE PARTITION` of an existing table.",
    why: "The rows of the partition are gone at once, no ROLLBACK brings them back, and the migration's way back can only make an empty partition.",
    instead:
      "Copy the rows away first, or `EXCHANGE PARTITION` them into a table of their own and drop that when nobody has missed them; where old rows are to go by design, say so in a suppression, or let a job do it.",
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
