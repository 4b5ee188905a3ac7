import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-on-existing-rows",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A UNIQUE key is added to a table that may have rows.",
    why: "The server reads the whole table first, and then fails at the first two rows that are alike (error 1062); rows that are written meanwhile count as well. What ran before it in the migration stays.",
    instead:
      "Look for rows that are alike, mend them in an earlier migration, and let the application write no more of them; then add the key.",
  },
  messages: { alike: "fails after reading all of {{table}} if two rows are alike in {{columns}}" },
  recipe: recipes.mysql.findAlike,
  on: {
    operation({ operation, mysql: { newUnique }, show, spell }, { report }) {
      const key = newUnique();
      if (key === undefined) return;
      const columns = key.columns.map((column) => spell(column)).join(", ");
      report({ at: operation.head, message: "alike", data: { table: show(key.table), columns } });
    },
  },
});
