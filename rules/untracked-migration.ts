import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "untracked-migration",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary:
      "A migration doesn't record itself in the table of migrations as the others do, or records another one.",
    why: "The table states which migrations are applied. With a wrong row the migration runs a second time, or another one never runs.",
    instead:
      "Write `INSERT INTO schema_migrations (version) VALUES ('007')` in the migration, and the `DELETE` of that row in its rollback.",
    exceptions: [
      "a history whose tool records the migrations",
      "migrations before the first one that records itself",
      "a row whose value is computed, or that `UPDATE` or `MERGE` writes",
      "a `DELETE` that chooses rows in another way than by `=` or `IN`",
      "several rows in one `INSERT`, one of which is the migration's own",
      "repeatable migrations",
      "a rollback that drops the table of migrations",
    ],
  },
  messages: {
    "not inserted": "isn't recorded in {{table}}, as the others are",
    "inserts another": "records {{other}} in {{table}} instead of itself",
    "not deleted": "doesn't delete its row from {{table}}",
    "deletes another": "deletes the row of {{other}} from {{table}}",
  },
  options: {
    table: {
      default: "",
      description:
        "Name of the table of migrations. Empty: the one in which an earlier migration records itself, if any.",
    },
  },
  on: {
    migration({ trackingFaults }, { report, options }) {
      for (const { fault, table, at, other = "", instead } of trackingFaults(options.table || undefined)) {
        const named = fault === "inserts another" || fault === "deletes another";
        if (named) report({ at, message: fault, data: { table, other }, instead });
        else report({ at, message: fault, data: { table }, instead });
      }
    },
  },
});
