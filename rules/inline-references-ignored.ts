import { defineRule, keyMadeLater } from "../src/lint/rule.ts";

export default defineRule({
  id: "inline-references-ignored",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "`REFERENCES` after a column, which MySQL before 9.0 parses and ignores.",
    why: "No foreign key is created, and the server doesn't warn: rows may refer to rows that don't exist, and ON DELETE and ON UPDATE have no effect. MySQL 9.0 and MariaDB do create the foreign key; MySQL copies an existing table for it.",
    instead: "Write `FOREIGN KEY (column) REFERENCES …` as a separate clause.",
    exceptions: [
      "servers whose version is stated as MySQL 9.0 or later",
      "a foreign key that a later statement or migration adds, and a table or column that one drops",
    ],
  },
  messages: {
    ignored: "creates no foreign key: MySQL before 9.0 ignores REFERENCES after a column",
    copies: "creates no foreign key before MySQL 9.0; from 9.0 on it does, and copies {{table}} row by row",
  },
  on: {
    addForeignKey(step, { report }) {
      const { operation, script, madeHere, mysql, show } = step;
      const ignores = mysql.ignoresInlineReferences();
      if (ignores === "no") return;
      const repaired = keyMadeLater(step.operation, step.after);
      const instead = script.code === undefined ? undefined : script.transaction.callWords?.foreignKey;
      const { head: at, table, unchecked } = operation;
      if (ignores === "yes" || madeHere(table) || unchecked === true)
        report({ at, message: "ignored", instead, repaired });
      else report({ at, message: "copies", data: { table: show(table) }, instead, repaired });
    },
  },
});
