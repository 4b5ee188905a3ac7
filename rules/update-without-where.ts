import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "update-without-where",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "`UPDATE` without `WHERE` on an existing table.",
    why: "Every row is written in one transaction: writers of each row wait until it commits, the old versions of the rows fill the disk, and what the rows held is lost.",
    instead: "Say which rows are meant, and change them in batches that commit one by one.",
  },
  messages: { all: "writes every row of {{table}} in one transaction: their writers wait until it ends" },
  recipe: recipes.perDatabase(recipes.inBatches, recipes.mysql.inBatches),
  on: {
    updateRows({ operation: { table, where, limited, head }, madeHere, size, failures, show }, { report }) {
      if ((where !== undefined && !where.trivial) || failures.length > 0) return;
      if (limited === true || madeHere(table) || size(table) === "small") return;
      report({ at: head, message: "all", data: { table: show(table) } });
    },
  },
});
