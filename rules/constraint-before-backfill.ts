import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "constraint-before-backfill",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "Old rows are filled after the `NOT VALID` constraint that they break.",
    why: "`NOT VALID` spares old rows the check at that moment only: whoever updates one of them, be it in another column, fails (23514, 23502) until the backfill has reached it. Foreign keys are looked at only when their own columns change.",
    instead: "Backfill first, add the constraint `NOT VALID` after it, then validate it.",
  },
  messages: {
    late: "{{constraint}} was there first: until now, any UPDATE of an old row of {{table}} failed",
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
