import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "insert-without-columns",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`INSERT` without a column list into an existing table.",
    why: "The values go into the columns in the order that this server has them in, which an added or dropped column changes: the migration fails there, or puts values into the wrong columns.",
    instead: "Write the columns: `INSERT INTO t (a, b) VALUES (…)`.",
  },
  messages: { order: "depends on the order of the columns of {{table}}, which servers may not share" },
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
        // Of a table that this very file made the order is known.
        if (madeHere(table) || said.has(name) || isTracking(table)) continue;
        if ((found.is === "present" && found.value.temporary) || step.values.copiesAlike()) continue;
        said.add(name);
        report({ at: head, message: "order", data: { table: name }, step });
      }
    },
  },
});
