import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-checks-off",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "A foreign key is added while `foreign_key_checks` is off, or the migration doesn't turn the checks on again.",
    why: "Setting `foreign_key_checks` to 1 doesn't scan existing rows. Rows that were written while it was 0, and rows of a table that got a foreign key meanwhile, may refer to rows that don't exist. If it stays 0, it does so for the rest of the session, and so for what the tool runs next.",
    instead:
      "Write `SET foreign_key_checks = 1` at the end of the same migration. Add foreign keys with the checks on, or first look for rows without a parent.",
    exceptions: [
      "a migration that sets `foreign_key_checks` again later",
      "a table that this migration creates, and a column that it adds and doesn't fill",
      "a foreign key with `ALGORITHM=INPLACE` is a note: the server adds it in place only with the checks off",
      "`REFERENCES` after a column, which MySQL before 9.0 ignores",
      "`SET GLOBAL` (see `global-setting-changed`)",
    ],
  },
  messages: {
    unvalidated: "old rows of {{table}} are never checked: foreign_key_checks is off",
    stays: "foreign_key_checks stays off for whatever the session runs next",
  },
  on: {
    setOption({ operation, mysql }, { report }) {
      if (operation.scope !== undefined || !mysql.switchesOff("foreign_key_checks")) return;
      if (!mysql.isSetBack("foreign_key_checks")) report({ at: operation.head, message: "stays" });
    },
    addForeignKey({ operation, mysql, values, createdHere, show }, { report }) {
      const { table, columns } = operation;
      if (!mysql.isOff("foreign_key_checks") || createdHere(table) === "yes") return;
      if (mysql.ignoresInlineReferences() !== "no") return;
      if (columns.some(({ text }) => values.stillEmpty(table, text))) return;
      const instead = mysql.isSetBack("foreign_key_checks") ? checked : undefined;
      // In place, the server adds one only with the checks off.
      const severity = operation.request?.algorithm?.value === "inplace" ? "note" : undefined;
      const data = { table: show(table) };
      report({ at: operation.head, message: "unvalidated", severity, data, instead });
    },
  },
});

const checked = "Add the foreign key with the checks on, or first look for rows without a parent.";
