import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "seed-not-repeatable",
  category: "data",
  severity: "note",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "Constant rows are inserted into an existing table without `ON CONFLICT` (MySQL: `IGNORE`, `ON DUPLICATE KEY`).",
    why: "A server may already have the row, because somebody needed it early or the migration runs a second time. The INSERT then fails (23505; MySQL and MariaDB 1062) or adds a duplicate.",
    instead: {
      postgres: "Write `INSERT … ON CONFLICT (key) DO NOTHING`, or `DO UPDATE` if the given values must win.",
      mysql: "Write `INSERT IGNORE`, or `ON DUPLICATE KEY UPDATE` if the given values must win.",
    },
    exceptions: [
      "a table that this migration creates, temporary tables and the table of migrations",
      "rows that a query reads from another table",
      "an INSERT under a condition, such as `WHERE NOT EXISTS (…)`",
      "a table from which the migration first deletes rows",
    ],
  },
  messages: { twice: "fails or inserts a duplicate if {{table}} already has the row" },
  recipe: { postgres: recipes.onConflict, mysql: recipes.mysql.orOnDuplicateKey },
  on: {
    migration({ applied, isTracking }, { report }) {
      const seen = new Set<string>();
      for (const step of applied()) {
        const { operation, values, show } = step;
        const empties = operation.kind === "deleteRows" || operation.kind === "truncateTable";
        if (operation.kind !== "insertRows" && !empties) continue;
        const name = show(operation.table);
        if (seen.has(name) || isTracking(operation.table)) continue;
        // Rows that are deleted first exist once, however often the migration runs.
        if (empties) seen.add(name);
        else if (values.unrepeatableSeed()) {
          seen.add(name);
          report({ at: operation.head, message: "twice", data: { table: name }, step });
        }
      }
    },
  },
});
