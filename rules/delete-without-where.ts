import { defineRule, recipes } from "../src/lint/rule.ts";

const ownRows = "Delete only the rows that the migration has written, by their keys.";

export default defineRule({
  id: "delete-without-where",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["up", "down"],
  assumes: "rows",
  docs: {
    summary:
      "`DELETE` without `WHERE` on an existing table, also in a rollback; on MongoDB `deleteMany({})`.",
    why: "Every row is lost, and other writers of the rows wait until the transaction commits. On MongoDB the deletions are replicated one by one, and nothing takes them back.",
    instead: "Name the rows to delete, and delete them in batches that commit one by one.",
    exceptions: [
      "a table or collection that this migration creates",
      "a table that the migration later drops, where no rows of others go along",
      "`DELETE … LIMIT`",
      "it is a warning if the migration then writes rows of the table out, or has copied all of them into another table with `INSERT … SELECT *`",
      "it is a warning for a table whose rows are short-lived by its name: of refresh tokens, password resets, caches, queues; of tokens, sessions, locks and the like with a column such as `expires_at`",
      "MongoDB: it is a warning for a collection with a part such as `cache`, `tmp` or `staging` in its name",
      "the body of a function that isn't called",
    ],
  },
  messages: {
    all: "deletes every row of {{table}}",
    documents: "deletes every document of {{table}}",
    cascades: "deletes every row of {{table}}, and by ON DELETE CASCADE rows of {{children}}",
  },
  recipe: { postgres: recipes.inBatches, mysql: recipes.mysql.inBatches, mongodb: recipes.mongodb.batches },
  on: {
    deleteDocuments({ operation: { head: at }, direction, documents }, { report }) {
      const severity = documents.isTransient() ? "warning" : undefined;
      if (documents.choosesAll())
        report({
          at,
          message: "documents",
          data: { table: documents.name() },
          severity,
          instead: direction === "down" ? ownRows : undefined,
        });
    },
    deleteRows({ operation, dependents, direction, values, madeHere, show }, { report }) {
      const { table, where, limited, head } = operation;
      if (where !== undefined && !where.trivial) return;
      if (limited === true || madeHere(table)) return;
      const along = dependents.deletedAlong(table);
      // Its rows go with it.
      if (along === undefined && dependents.tableGoes()) return;
      const data = { table: show(table) };
      const instead = direction === "down" ? ownRows : undefined;
      if (along === undefined) report({ at: head, message: "all", data, instead, ...values.reloads() });
      else report({ at: head, message: "cascades", data: { ...data, children: along.tables }, instead });
    },
  },
});
