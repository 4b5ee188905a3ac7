import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "skipped-constraint",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoSkipped: "IF NOT EXISTS skips the constraint with the column or table",
  docs: {
    summary:
      "`ADD COLUMN IF NOT EXISTS` or `CREATE TABLE IF NOT EXISTS` finds the column or table, and a constraint that is written in it doesn't exist.",
    why: "The server compares names alone and skips the whole definition: the CHECK, the foreign key or the unique key isn't added, and nothing reports it. A database where the column or table doesn't exist yet gets the constraint, so that databases differ. MariaDB adds the keys of a column that exists, but not its CHECK.",
    instead: "Add the constraint in a statement of its own: `ALTER TABLE … ADD CONSTRAINT`.",
    exceptions: [
      "a column that has another CHECK, another foreign key or another unique key",
      "a constraint that this or a later migration adds, and a table that one drops",
      "a column of another type, default or nullability, and a table with such a column (see `duplicate-object`)",
      "a table that a baseline makes, and one that code asks for itself",
    ],
  },
  messages: { skipped: "{{part}} isn't added, since IF NOT EXISTS finds the {{what}} {{name}}" },
  kinds: { constraint: ["addCheck", "addForeignKey", "addUnique", "addPrimaryKey"] },
  on: {
    constraint({ operation, names: { unmadeConstraint } }, { report }) {
      const found = unmadeConstraint();
      if (found === undefined) return;
      const { isMade: repaired, ...data } = found;
      report({ at: operation.head, message: "skipped", data, repaired });
    },
  },
});
