import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-not-null",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A `NOT NULL` column without default is added to an existing table.",
    why: "The statement fails as soon as the table has a row; and where it passes, inserts of the running application, which doesn't know the column, fail.",
    instead:
      "Add it with a constant default in the same `ADD COLUMN` (nothing is rewritten), or nullable, then backfill.",
  },
  messages: {
    fails: "fails if {{table}} has a row: {{column}} is NOT NULL and has no default",
    key: "fails if {{table}} has a row: the primary key column {{column}} has no default",
  },
  recipe: recipes.requiredColumn,
  on: {
    addColumn({ operation, leavesNull, createdHere, show }, { report }) {
      const { column, table } = operation;
      if (!column.notNull || !leavesNull() || createdHere(table) === "yes") return;
      report({
        at: operation.head,
        message: "fails",
        data: { table: show(table), column: column.name.text },
      });
    },
    addPrimaryKey({ operation, leavesNull, createdHere, show }, { report }) {
      const { table, within, inlineColumn } = operation;
      if (within !== "addColumn" || inlineColumn === undefined || !leavesNull()) return;
      if (createdHere(table) === "yes") return;
      report({ at: operation.head, message: "key", data: { table: show(table), column: inlineColumn.text } });
    },
  },
});
