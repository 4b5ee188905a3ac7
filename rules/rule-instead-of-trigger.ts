import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rule-instead-of-trigger",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "`CREATE RULE` on a table or view.",
    why: "A rule rewrites the statement: volatile expressions run twice, RETURNING and row counts change, and COPY doesn't invoke it.",
    instead: "Write a trigger; on a view, an INSTEAD OF trigger.",
    exceptions: ["a rule named `_RETURN`, as old dumps define a view"],
  },
  messages: {
    rewrites: "rewrites the statements on {{table}}: expressions may run twice, COPY doesn't invoke it",
  },
  on: {
    createRule({ operation, show }, { report }) {
      // Old dumps define a view in this way.
      if (operation.name.text === "_RETURN") return;
      report({ at: operation.head, message: "rewrites", data: { table: show(operation.table) } });
    },
  },
});
