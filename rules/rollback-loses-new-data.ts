import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-loses-new-data",
  category: "history",
  severity: "note",
  presets: [],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "The rollback drops a column or table that the migration has added, and what was written to it.",
    why: "The new version writes to it from its first minute. If it is rolled back, nothing has these values any more, also when the migration runs again later.",
    instead:
      "Let the rollback keep a copy first (`CREATE TABLE orders_note AS SELECT id, note FROM orders`), or take a backup before it runs.",
    exceptions: [
      "the first migration",
      "a rollback that copies the rows into another table first",
      "generated columns, views, indexes and temporary tables, which hold no data themselves",
      "a rollback that the tool derives from the migration, as Django and Rails do",
      "a migration that is marked with `-- ddlint-irreversible: reason`",
    ],
  },
  messages: { lost: "what was written to {{object}}{{more}} since the migration is lost" },
  on: {
    migration({ rollbackDropsNew, first: isFirst }, { report }) {
      const [first, ...others] = isFirst ? [] : rollbackDropsNew();
      if (first === undefined) return;
      report({
        at: first.at,
        message: "lost",
        data: { object: first.object, more: others.length === 0 ? "" : ` (and ${others.length} more)` },
        related: others.map(({ at, object }) => ({ at, message: `also ${object}` })),
      });
    },
  },
});
