import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "enum-value-used-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  docs: {
    summary: "A value that `ALTER TYPE … ADD VALUE` adds is used before its transaction commits.",
    why: "The server refuses the use with error 55P04 (unsafe use of new value), so the migration fails. To add the value is fine in a transaction.",
    instead: "Add the value in a migration of its own, and use it in a later one.",
  },
  messages: { unsafe: "fails: value {{value}} of {{type}} can't be used before ADD VALUE is committed" },
  on: {
    addEnumValue({ operation, values: { usedBeforeCommit }, show }, { report }) {
      const use = usedBeforeCommit();
      if (use === undefined) return;
      report({
        at: use.operation.head,
        message: "unsafe",
        data: { value: operation.label, type: show(operation.type) },
        related: [{ at: operation.head, message: "adds the value" }],
        step: use,
      });
    },
  },
});
