import { defineRule } from "../src/lint/rule.ts";

/** Their schema is not the user's to choose. */
const fixed = new Set([
  "plpgsql",
  "pg_cron",
  "pg_net",
  "pgsodium",
  "supabase_vault",
  "postgis_topology",
  "postgis_tiger_geocoder",
]);

export default defineRule({
  id: "unqualified-extension",
  category: "security",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "CREATE EXTENSION doesn't say in which schema.",
    why: "Its functions and types go into the first schema of the `search_path` of whoever runs the migration, mostly among the application's own in `public`, and on another server elsewhere.",
    instead: "`CREATE EXTENSION … WITH SCHEMA extensions;`",
  },
  messages: { anywhere: "{{extension}} goes wherever search_path points when the migration runs" },
  on: {
    createExtension({ operation }, { report }) {
      const extension = operation.extension.text;
      if (operation.schema !== undefined || fixed.has(extension)) return;
      report({ at: operation.head, message: "anywhere", data: { extension } });
    },
  },
});
