import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-auto-increment",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD COLUMN` with `serial` or `GENERATED … AS IDENTITY` on an existing table.",
    why: "PostgreSQL rewrites the table to give every row a number. It holds `ACCESS EXCLUSIVE` meanwhile, so reads and writes wait.",
    instead:
      "Add a plain column, create a sequence for its default, fill existing rows in batches, then make it NOT NULL.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "`ADD COLUMN IF NOT EXISTS` of a column that exists",
    ],
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
