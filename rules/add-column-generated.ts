import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-generated",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  docs: {
    summary: "A stored generated column is added to an existing table.",
    why: "`GENERATED … STORED` is computed for every row: the table is rewritten under ACCESS EXCLUSIVE. A `VIRTUAL` column (18) stores nothing, but NOT NULL or a CHECK on it reads the whole table.",
    instead:
      "18: `VIRTUAL`. Before: an ordinary column filled by a trigger, or an expression index, or a view.",
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
