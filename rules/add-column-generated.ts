import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-generated",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A stored generated column, or a virtual one that is `NOT NULL`, is added to an existing table.",
    why: "PostgreSQL computes a stored generated column for every row, so it rewrites the table under `ACCESS EXCLUSIVE`. A virtual one (18 and later) stores nothing, but NOT NULL on it makes the server read the whole table under the same lock. Reads and writes wait.",
    instead:
      "On PostgreSQL 18 and later, use a nullable `VIRTUAL` column. Before 18, use an ordinary column that a trigger fills, an expression index, or a view.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a `VIRTUAL` column that is nullable",
      "a CHECK on a `VIRTUAL` column (see `add-column-with-constraint`)",
    ],
  },
  messages: {
    rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE to compute {{column}} for every row",
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE to check {{column}}",
  },
  recipe: recipes.columnByTrigger,
  on: {
    addColumn({ operation, effects, show }, { report }) {
      const { column, table } = operation;
      if (column.generated === undefined) return;
      const data = { table: show(table), column: column.name.text };
      if (effects.rewrites.length > 0) report({ at: operation.head, message: "rewrites", data });
      else if (effects.scans.length > 0) {
        report({
          at: operation.head,
          message: "scans",
          data,
          instead: `leave NOT NULL out of this ADD COLUMN`,
        });
      }
    },
  },
});
