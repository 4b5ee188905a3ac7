import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "untracked-migration",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary:
      "In a history whose scripts write themselves into a table of migrations, one doesn't, or writes another's row.",
    why: "The table says what is applied: by it the migration runs a second time, or another one never.",
    instead:
      "`INSERT INTO schema_migrations (version) VALUES ('007')` in the migration, and the `DELETE` of that row in its rollback.",
  },
  messages: {
    "not inserted": "isn't entered into {{table}}, as the others are",
    "inserts another": "enters {{other}} into {{table}} instead of itself",
    "not deleted": "doesn't delete its row from {{table}}",
    "deletes another": "deletes the row of {{other}} from {{table}}",
  },
  options: {
    table: {
      default: "",
      description:
        "Table that records migrations. Empty: the one in which an earlier migration recorded itself, if any.",
    },
  },
  on: {
    migration({ trackingFaults }, { report, options }) {
      for (const { fault, table, at, other = "" } of trackingFaults(options.table || undefined)) {
        const named = fault === "inserts another" || fault === "deletes another";
        if (named) report({ at, message: fault, data: { table, other } });
        else report({ at, message: fault, data: { table } });
      }
    },
  },
});
