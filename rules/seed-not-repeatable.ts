import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "seed-not-repeatable",
  category: "data",
  severity: "note",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "Literal rows are inserted into an existing table without `ON CONFLICT` (MySQL and MariaDB: `IGNORE`, `ON DUPLICATE KEY UPDATE`).",
    why: "Where a server has such a row already, because somebody needed it early or the migration runs a second time, it fails (23505, 1062) or makes the row twice.",
    instead:
      "`INSERT … ON CONFLICT (key) DO NOTHING`, or `DO UPDATE` where the given values must win; in MySQL and MariaDB `INSERT IGNORE`, or `ON DUPLICATE KEY UPDATE`.",
  },
  messages: { twice: "fails, or makes the row twice, where {{table}} has it already" },
  recipe: { postgres: recipes.onConflict, mysql: recipes.mysql.orOnDuplicateKey },
  on: {
    migration({ applied, isTracking }, { report }) {
      const said = new Set<string>();
      for (const step of applied()) {
        const { operation, values, show } = step;
        const empties = operation.kind === "deleteRows" || operation.kind === "truncateTable";
        if (operation.kind !== "insertRows" && !empties) continue;
        const name = show(operation.table);
        if (said.has(name) || isTracking(operation.table)) continue;
        // Rows that were deleted first are made once, however often it runs.
        if (empties) said.add(name);
        else if (values.unrepeatableSeed()) {
          said.add(name);
          report({ at: operation.head, message: "twice", data: { table: name }, step });
        }
      }
    },
  },
});
