import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "dynamic-sql-from-input",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A function puts one of its text parameters unquoted into the SQL that it executes.",
    why: "Who calls it decides what is executed: `x; DROP TABLE orders` is a value like any other. And a name with a capital letter or blank breaks it.",
    instead: "`format('… %I … %L', name, value)`, `quote_ident` and `quote_literal`, or values by `USING`.",
  },
  messages: { input: "EXECUTE runs what callers of {{name}} write into {{parameter}}" },
  on: {
    createFunction({ operation }, { report }) {
      const told = new Set<string>();
      for (const inner of operation.operations) {
        if (inner.kind !== "executeDynamic") continue;
        for (const { variable, span } of inner.unquoted ?? []) {
          // Once for each parameter: it is mended in one go.
          if (told.has(variable)) continue;
          told.add(variable);
          report({
            at: span,
            message: "input",
            data: { name: operation.function.text, parameter: variable },
          });
        }
      }
    },
  },
});
