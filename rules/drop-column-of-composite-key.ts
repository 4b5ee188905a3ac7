import { defineRule } from "../src/lint/rule.ts";

const ofIndex =
  "Keep it, if the shorter index is meant and no other one begins with its columns; otherwise drop it in the same statement.";

export default defineRule({
  id: "drop-column-of-composite-key",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  alsoRefused: "reports that the statement fails",
  docs: {
    summary: "`DROP COLUMN` of a column that is part of a key of several columns.",
    why: "MySQL takes the column out of the key and keeps the others: `UNIQUE (a, b)` becomes `UNIQUE (a)`, which fails on duplicates, or refuses rows that were valid before. MariaDB refuses the statement for a unique key. Other indexes become shorter, and may then duplicate another index.",
    instead:
      "Drop the key in the same statement, and add the key that is meant: `DROP INDEX k, DROP COLUMN b, ADD UNIQUE …`.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a key that the same statement drops, or of which it drops every column",
    ],
  },
  messages: {
    shrinks: "{{key}} loses {{column}}: the other columns have to be unique without it",
    refused: "fails: {{column}} is part of the unique key {{key}}",
    shorter: "index {{key}} loses {{column}}",
  },
  on: {
    dropColumn({ operation, mysql: { shrunkKeys, product }, createdHere, show, before }, { report }) {
      if (createdHere(operation.table) === "yes") return;
      const column = show(operation.table, operation.column.text);
      for (const index of shrunkKeys()) {
        const key = before.spell(index);
        const at = operation.head;
        if (!index.unique)
          report({ at, message: "shorter", data: { key, column }, severity: "note", instead: ofIndex });
        else if (product() === "MySQL") report({ at, message: "shrinks", data: { key, column } });
        else report({ at, message: "refused", data: { key, column } });
      }
    },
  },
});
