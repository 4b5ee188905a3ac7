import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rule-instead-of-trigger",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "CREATE RULE on a table.",
    why: "A rule rewrites the statement: volatile expressions run twice, RETURNING and row counts change, and COPY passes it by.",
    instead: "A trigger; on a view an INSTEAD OF trigger.",
  },
  messages: {
    rewrites: "rewrites the statements on {{table}}: expressions may run twice, COPY passes it by",
  },
  on: {
    createRule({ operation, show }, { report }) {
      // How old dumps write a view.
      if (operation.name.text === "_RETURN") return;
      report({ at: operation.head, message: "rewrites", data: { table: show(operation.table) } });
    },
  },
});
