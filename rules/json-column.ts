import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "json-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  fix: "suggestion",
  docs: {
    summary: "A column is `json` rather than `jsonb`.",
    why: "`json` is text that is parsed at every use. It has no equality, so DISTINCT, GROUP BY and UNION over it fail, and no index.",
    instead: "`jsonb`, unless blanks, the order of keys or double keys have to be kept.",
  },
  messages: { text: "{{column}} is parsed at every use, and can be neither compared nor indexed" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "json") continue;
        const edits = instead("jsonb");
        report({
          at: type.span,
          message: "text",
          data: { column: show(table, column) },
          fix: edits && { title: "make it jsonb", edits },
        });
      }
    },
  },
});
