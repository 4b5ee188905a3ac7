import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "primary-key-without-index",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A primary key is added to an existing table without `USING INDEX`.",
    why: "Its index is built under ACCESS EXCLUSIVE, and nullable columns are checked for NULLs: reads and writes wait until both are done.",
    instead:
      "Run `CREATE UNIQUE INDEX CONCURRENTLY`, make the columns NOT NULL, then `ADD CONSTRAINT … PRIMARY KEY USING INDEX`.",
    exceptions: [
      "a table that this migration creates",
      "a primary key in `ADD COLUMN`, which `add-column-with-constraint` reports",
    ],
  },
  messages: { builds: "builds an index on {{table}} under ACCESS EXCLUSIVE: reads and writes wait" },
  recipe: recipes.constraintUsingIndex,
  on: {
    addPrimaryKey({ operation: key, effects, before, isHere, show }, { report }) {
      if (key.within !== "alterTable" || key.usingIndex !== undefined || effects.builds.length === 0) return;
      // CREATE TABLE AS can't have a key: it can only be added afterwards, and nobody uses the table yet.
      const table = before.relation(key.table);
      if (table.is === "present" && isHere(table.value.origin)) return;
      report({ at: key.head, message: "builds", data: { table: show(key.table) } });
    },
  },
});
