import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "partition-key-not-in-primary-key",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  failuresOfRollback: true,
  alsoRefused: { effects: "reports the failure itself" },
  docs: {
    summary: "A primary key or unique index of a partitioned table lacks columns of the partition key.",
    why: "Each partition has its own index, so the server can't enforce uniqueness across partitions without these columns: the statement fails.",
    instead: "Add the columns of the partition key to it, or create a unique index on each partition.",
    exceptions: [
      "an index on a single partition",
      "`PRIMARY KEY` or `UNIQUE` with `USING INDEX`",
      "`IF NOT EXISTS` of an index or table that exists",
      "a table whose partition key isn't known",
    ],
  },
  messages: {
    lacks: "fails: {{table}} is partitioned by {{columns}}, which the key must include",
    expression: "fails: {{table}} is partitioned by an expression, so it can't have a primary or unique key",
  },
  on: {
    operation({ operation: op, before, show }, { report }) {
      if (op.kind !== "addPrimaryKey" && op.kind !== "addUnique" && op.kind !== "createIndex") return;
      if (op.kind === "createIndex" ? !op.unique : op.usingIndex !== undefined) return;
      const table = before.relation(op.table);
      if (table.is !== "present" || table.value.partitionBy === undefined) return;
      const columns =
        op.kind === "createIndex"
          ? op.elements.flatMap(({ column }) => column ?? [])
          : op.columns.map(({ text }) => text);
      const { columns: key, expressions } = table.value.partitionBy;
      const missing = key.filter((column) => !columns.includes(column));
      const data = { table: show(op.table) };
      if (expressions.length > 0) report({ at: op.head, message: "expression", data });
      else if (missing.length > 0)
        report({ at: op.head, message: "lacks", data: { ...data, columns: key.join(", ") } });
    },
  },
});
