import { columnRepaired, defineRule, type ColumnType } from "../src/lint/rule.ts";

export default defineRule({
  id: "varchar-with-length",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  fix: "suggestion",
  declared: true,
  docs: {
    summary: "A column has the type `varchar(n)`.",
    why: "The limit saves no space. A shorter limit rewrites the table, a longer one still waits for ACCESS EXCLUSIVE, and both fail while a view uses the column.",
    instead:
      "Use `text`. If the application requires a limit, add a CHECK, which can be replaced with NOT VALID and VALIDATE.",
    exceptions: [
      "`varchar` without a length",
      "`varchar(n)` in casts, and as the type of a parameter or variable",
    ],
  },
  messages: { limited: "{{column}} has a length that only ALTER COLUMN … TYPE can change" },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report }) {
      for (const { table, column, type, instead } of writtenTypes()) {
        if (!isLimited(type)) continue;
        const edits = instead("text");
        const repaired = columnRepaired(after, table, column, (its) => isLimited(its.type));
        const fix = edits && { title: "make it text", edits };
        report({ at: type.span, message: "limited", data: { column: show(table, column) }, fix, repaired });
      }
    },
  },
});

const isLimited = (type: ColumnType | undefined): boolean =>
  type?.name === "varchar" && type.modifiers.length > 0;
