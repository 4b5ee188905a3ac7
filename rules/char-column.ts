import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "char-column",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text as it is written",
  fix: "suggestion",
  declared: true,
  docs: {
    summary: "A `char(n)` column.",
    why: "Values are padded with blanks up to n. Comparisons ignore the blanks, while LIKE and regular expressions see them. `char(n)` is neither smaller nor faster than `text`.",
    instead: "Use `text`, with a CHECK if the length matters.",
    exceptions: [
      'the internal type `"char"`',
      "`char(n)` in casts, and as the type of a parameter or variable",
    ],
  },
  messages: { padded: "{{column}} pads its values with blanks, which LIKE and regular expressions see" },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (type.name !== "char") continue;
        const edits = instead("text");
        report({
          at: type.span,
          message: "padded",
          data: { column: show(table, column) },
          repaired: columnRepaired(after, table, column, (its) => its.type?.name === "char"),
          fix: edits && { title: "make it text", edits },
        });
      }
    },
  },
});
