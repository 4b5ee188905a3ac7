import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "update-without-where",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "many rows",
  docs: {
    summary: "`UPDATE` without `WHERE` on an existing table.",
    why: "Every row is written in one transaction: other writers of a row wait until it commits, the old row versions fill the disk, and the previous values are lost.",
    instead:
      "Add a `WHERE` for the rows in question, and change them in batches that commit one by one. A new column gets a constant as its `DEFAULT` where it is added, which writes no rows; any other value goes into it in a later migration, in batches.",
    exceptions: [
      "a table that this migration creates",
      "a table that the configuration marks as small",
      "on MySQL and MariaDB, an UPDATE with a `LIMIT` or with a join",
      "the body of a function that the migration doesn't call",
    ],
  },
  messages: {
    all: "writes every row of {{table}} in one transaction: other writers wait until it ends",
    locked: "writes every row of {{table}}: its readers and writers wait, and no ROLLBACK undoes it",
  },
  recipe: { postgres: recipes.inBatches, mysql: recipes.mysql.inBatches },
  on: {
    updateRows(step, { report }) {
      const { operation, madeHere, size, show } = step;
      const { table, where, limited, head } = operation;
      if (where !== undefined && !where.trivial) return;
      if (limited === true || madeHere(table) || size(table) === "small") return;
      const message = step.mysql.hasTransactions(table) ? "all" : "locked";
      report({ at: head, message, data: { table: show(table) } });
    },
  },
});
