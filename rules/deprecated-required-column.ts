import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "deprecated-required-column",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A column is marked as deprecated, but is `NOT NULL` and has no default.",
    why: "The version that no longer writes the column can't insert a row: every INSERT that leaves it out fails (PostgreSQL: 23502; MySQL and MariaDB in strict mode: 1364).",
    instead: {
      postgres: "Make it nullable in the same migration: `ALTER TABLE … ALTER COLUMN … DROP NOT NULL`.",
      mysql:
        "Make it nullable (`MODIFY … NULL`), or give it a default (`ALTER COLUMN … SET DEFAULT`), in the same migration.",
    },
    exceptions: [
      "a column that is nullable, or has a default, at the end of the migration",
      "a table that the migration creates",
      "a column that the history doesn't create",
    ],
  },
  messages: {
    required: "the version that no longer writes {{column}} can't insert: it is NOT NULL without default",
  },
  on: {
    migration({ deprecatedRequired, steps: [step] }, { report }) {
      for (const { table, column, origin } of deprecatedRequired())
        if (step !== undefined)
          report({ at: origin, message: "required", data: { column: step.show(table, column) } });
    },
  },
});
