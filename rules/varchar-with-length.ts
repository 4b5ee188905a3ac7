import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "varchar-with-length",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  fix: "suggestion",
  docs: {
    summary: "A column is `varchar(n)`.",
    why: "The limit saves no space. A shorter one rewrites the table, a longer one still waits for ACCESS EXCLUSIVE, and both fail while a view uses the column.",
    instead:
      "`text`; where a limit is the business's, a CHECK, which can be exchanged with NOT VALID and VALIDATE.",
  },
  messages: { limited: "{{column}} has a length that only ALTER COLUMN … TYPE can change" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "varchar" || type.modifiers.length === 0) continue;
        const edits = instead("text");
        report({
          at: type.span,
          message: "limited",
          data: { column: show(table, column) },
          fix: edits && { title: "make it text", edits },
        });
      }
    },
  },
});
