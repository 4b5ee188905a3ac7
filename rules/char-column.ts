import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "char-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  fix: "suggestion",
  docs: {
    summary: "A column is `char(n)`.",
    why: "Values are filled with blanks up to n; comparisons ignore these, while LIKE and regular expressions see them. It is neither smaller nor faster than `text`.",
    instead: "`text`, with a CHECK where the length matters.",
  },
  messages: { padded: "{{column}} fills its values with blanks, which LIKE and regular expressions see" },
  on: {
    operation({ values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "char") continue;
        const edits = instead("text");
        report({
          at: type.span,
          message: "padded",
          data: { column: show(table, column) },
          fix: edits && { title: "make it text", edits },
        });
      }
    },
  },
});
