import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-on-existing-rows",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary: "A UNIQUE key is added to a table that may have rows.",
    why: "The server reads the whole table first and fails at the first duplicate (error 1062); rows that are written meanwhile count too. What the migration did before stays.",
    instead:
      "Find duplicates, remove them in an earlier migration, and let the application write no more of them. Then add the key.",
    exceptions: [
      "a table that this migration creates",
      "columns that include those of an existing UNIQUE key, or of one that the migration has dropped",
      "a new column that is NULL in all rows, or AUTO_INCREMENT",
      "keys on expressions or on prefixes of columns",
    ],
  },
  messages: { alike: "fails after reading all of {{table}} if two rows have the same {{columns}}" },
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
