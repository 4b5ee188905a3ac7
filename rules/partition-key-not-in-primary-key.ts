import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "partition-key-not-in-primary-key",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: { effects: "says itself that the statement fails" },
  docs: {
    summary: "A primary key or unique index of a partitioned table lacks columns of the partition key.",
    why: "Each partition holds its own index, so uniqueness across partitions can't be had without these columns: the statement fails.",
    instead: "Add the columns of the partition key to it, or make a unique index on each partition.",
  },
  messages: {
    lacks: "fails: {{table}} is partitioned by {{columns}}, which must be a part of it",
    expression: "fails: {{table}} is partitioned by an expression, so nothing can be unique over all of it",
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
