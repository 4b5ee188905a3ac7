import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "insert-without-columns",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`INSERT` without a column list into an existing table.",
    why: "The values are assigned in the order of the columns on that server. If a column was added or dropped, the migration fails or writes values into the wrong columns.",
    instead: "Name the columns: `INSERT INTO t (a, b) VALUES (…)`.",
    exceptions: [
      "a table that this migration creates, and temporary tables",
      "`INSERT … SELECT *` from a table with the same columns",
      "`DEFAULT VALUES`",
      "the table in which the migrations record themselves",
      "further statements that insert into the same table",
    ],
  },
  messages: { order: "depends on the order of the columns of {{table}}, which may differ between servers" },
  recipe: { postgres: recipes.withColumns, mysql: recipes.mysql.withColumns },
  on: {
    migration({ applied, isTracking }, { report }) {
      const said = new Set<string>();
      for (const step of applied()) {
        const { operation, before, madeHere, show } = step;
        if (operation.kind !== "insertRows" || operation.source === "default") continue;
        if (operation.columns.length > 0 || operation.called === true) continue;
        const { table, head } = operation;
        const found = before.relation(table);
        const name = show(table);
        // The order is known of a table that this file creates.
        if (madeHere(table) || said.has(name) || isTracking(table)) continue;
        if ((found.is === "present" && found.value.temporary) || step.values.copiesAlike()) continue;
        said.add(name);
        report({ at: head, message: "order", data: { table: name }, step });
      }
    },
  },
});
