import { defineRule } from "../src/lint/rule.ts";

/** The user can't choose their schema. */
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
    summary: "`CREATE EXTENSION` without `SCHEMA`.",
    why: "Its functions and types are created in the first schema of the current `search_path`. That is usually `public`, among the application's own objects, and on another server it may be another schema.",
    instead: "Write `CREATE EXTENSION … WITH SCHEMA extensions;`.",
    exceptions: [
      "extensions whose schema can't be chosen, such as `plpgsql`, `pg_cron` and `postgis_topology`",
    ],
  },
  messages: { anywhere: "{{extension}} is installed wherever search_path points when the migration runs" },
  on: {
    createExtension({ operation }, { report }) {
      const extension = operation.extension.text;
      if (operation.schema !== undefined || fixed.has(extension)) return;
      report({ at: operation.head, message: "anywhere", data: { extension } });
    },
  },
});
