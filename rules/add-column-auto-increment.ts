import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-auto-increment",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  docs: {
    summary: "A `serial` or `IDENTITY` column is added to an existing table.",
    why: "Every row needs a number of its own, so the table is rewritten under ACCESS EXCLUSIVE.",
    instead:
      "Add a plain column, give it a sequence as default, fill old rows in batches, then make it NOT NULL.",
  },
  messages: { rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE to number every row" },
  recipe: recipes.sequenceColumn,
  on: {
    addColumn({ operation, effects, show }, { report }) {
      const { serial, identity } = operation.column;
      if (!serial && identity === undefined) return;
      if (effects.rewrites.length === 0) return;
      report({ at: operation.head, message: "rewrites", data: { table: show(operation.table) } });
    },
  },
});
