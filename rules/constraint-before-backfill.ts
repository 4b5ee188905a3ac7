import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "constraint-before-backfill",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  assumes: "rows",
  docs: {
    summary: "A backfill after the `NOT VALID` constraint that the existing rows break.",
    why: "`NOT VALID` skips the check of existing rows only when the constraint is added. Until the backfill reaches a row, every UPDATE of it fails (23514, 23502), even of another column. Foreign keys are checked only if their own columns change.",
    instead: "Backfill first, then add the constraint as `NOT VALID`, then validate it.",
    exceptions: [
      "a foreign key",
      "a constraint that the same transaction adds",
      "a column that an earlier migration has filled",
    ],
  },
  messages: {
    late: "{{constraint}} is added before the backfill: until then, any UPDATE of an old row of {{table}} fails",
  },
  on: {
    updateRows({ operation, values: { checkedBefore }, show }, { report }) {
      const constraint = checkedBefore();
      if (constraint === undefined) return;
      report({
        at: operation.head,
        message: "late",
        data: { constraint: constraint.name, table: show(operation.table) },
        related: [{ at: constraint.origin, message: "the constraint is added here" }],
      });
    },
  },
});
