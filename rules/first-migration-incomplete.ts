import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "first-migration-incomplete",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "The first migration uses tables that it doesn't create.",
    why: "The history can't build the database from nothing: not for a test, not for a new developer, not after a disaster.",
    instead:
      "Write a first migration with the whole schema (`pg_dump --schema-only`, `mysqldump --no-data`). Or name the last applied migration or a snapshot in the configuration (`startAfter`, `schema`).",
    exceptions: [
      "a history that begins with a snapshot or after `startAfter`",
      "tables of the system catalogs, and of schemas that the migrations don't create",
      "tables that are named with `IF EXISTS`",
    ],
  },
  messages: { missing: "{{table}} is used, and nothing before this creates it{{more}}" },
  on: {
    migration({ missingAtStart }, { report }) {
      const [first] = missingAtStart;
      if (first === undefined) return;
      const others = new Set(missingAtStart.map(({ table }) => table)).size - 1;
      const more = others === 0 ? "" : ` (${others} more ${others === 1 ? "is" : "are"} missing)`;
      report({ at: first.at, message: "missing", data: { table: first.table, more } });
    },
  },
});
