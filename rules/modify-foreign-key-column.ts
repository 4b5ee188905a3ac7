import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "modify-foreign-key-column",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  failuresOfRollback: true,
  alsoRefused: { effects: "reports the failure itself" },
  docs: {
    summary: "A column's type is changed although a foreign key uses the column.",
    why: "The server refuses to change the type of one side of a foreign key (1832, 1833, 3780); MariaDB does even with `foreign_key_checks` off, MySQL where the two types could no longer be compared.",
    instead: "Drop the foreign key, change both columns, then add it again.",
    exceptions: [
      "changes that keep the type, such as NOT NULL",
      "on MySQL, a VARCHAR that grows in place, and strings of any length and character set while `foreign_key_checks` is off",
      "MariaDB: a VARCHAR that grows, before 10.4.31, 10.5.22, 10.6.15, 10.10.6, 10.11.5 and 11.0.3, or where only the line of releases is known, such as 10.11",
      "before MariaDB 10.11, the referencing column while `foreign_key_checks` is off",
      "a foreign key that the history doesn't create",
    ],
  },
  messages: { held: "fails: foreign key {{constraint}} of {{table}} needs {{column}} to keep its type" },
  recipe: recipes.mysql.typesTogether,
  on: {
    redefineColumn({ operation, mysql: { heldByForeignKey }, show }, { report }) {
      const holder = heldByForeignKey();
      if (holder === undefined) return;
      const { constraint, table } = holder;
      const column = show(operation.table, operation.column.text);
      report({ at: operation.head, message: "held", data: { constraint, table: show(table), column } });
    },
  },
});
