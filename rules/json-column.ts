import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "json-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  fix: "suggestion",
  declared: true,
  docs: {
    summary: "A column has the type `json` rather than `jsonb`.",
    why: "`json` stores text that is parsed at every use. It has no equality operator, so DISTINCT, GROUP BY and UNION fail, and it can't be indexed.",
    instead: "Use `jsonb`, unless whitespace, the order of keys or duplicate keys must be kept.",
    exceptions: ["`json` in casts and as the type of a function's parameter"],
  },
  messages: { text: "{{column}} is parsed at every use, and can be neither compared nor indexed" },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "json") continue;
        const edits = instead("jsonb");
        report({
          at: type.span,
          message: "text",
          data: { column: show(table, column) },
          repaired: columnRepaired(after, table, column, (its) => its.type?.name === "json"),
          fix: edits && { title: "make it jsonb", edits },
        });
      }
    },
  },
});
