import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-column-of-composite-key",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary: "`DROP COLUMN` of a column that is part of a key of several columns.",
    why: "MySQL takes the column out of the key and goes on with the rest: `UNIQUE (a, b)` becomes `UNIQUE (a)`, which fails on rows that are alike or refuses rows that were fine before. MariaDB refuses the statement for a unique key. Other indexes become shorter, perhaps a copy of another.",
    instead:
      "Drop the key in the same statement, and add the one that is meant: `DROP INDEX k, DROP COLUMN b, ADD UNIQUE …`.",
  },
  messages: {
    shrinks: "{{key}} goes on without {{column}}: what was unique together has to be unique by the rest",
    refused: "fails: {{column}} is part of the unique key {{key}}",
    shorter: "index {{key}} goes on without {{column}}",
  },
  on: {
    dropColumn({ operation, mysql: { shrunkKeys, product }, createdHere, show, before }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      const column = show(operation.table, operation.column.text);
      for (const index of shrunkKeys()) {
        const { unique } = index;
        const key = before.spell(index);
        const at = operation.head;
        if (!unique) report({ at, message: "shorter", data: { key, column }, severity: "note" });
        else if (product() === "MySQL") report({ at, message: "shrinks", data: { key, column } });
        else report({ at, message: "refused", data: { key, column } });
      }
    },
  },
});
