import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "modify-foreign-key-column",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  alsoRefused: { effects: "says itself that the statement fails" },
  docs: {
    summary: "A column's type is changed, and a foreign key needs it as it is.",
    why: "The server refuses to change one side of a foreign key (1832, 1833, 3780), also with `foreign_key_checks` off.",
    instead: "Drop the foreign key, change both columns, add it again.",
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
