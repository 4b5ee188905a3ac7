import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "recreated-table",
  category: "data-loss",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A table is dropped and created again under the same name; on MariaDB also by `CREATE OR REPLACE TABLE`.",
    why: "All its rows are lost, with its indexes, its triggers and, on PostgreSQL, its grants and the foreign keys that refer to it. The new table only looks like the old one.",
    instead:
      "Change the existing table with `ALTER TABLE`, step by step; or create the new one beside it, copy the rows in batches and swap the names.",
    exceptions: [
      "the first migration",
      "a table that the same migration created, and temporary tables",
      "`DROP TABLE IF EXISTS`, or one under a condition, of a table that the history doesn't create",
    ],
  },
  messages: {
    lost: "{{table}} was dropped just before: its rows, grants and indexes are lost",
    replaced: "OR REPLACE drops {{table}} first: its rows, indexes and triggers are lost",
    // Grants are kept by the name (MySQL manual, DROP TABLE).
    lostOnMysql: "{{table}} was dropped just before: its rows, indexes and triggers are lost",
  },
  on: {
    createTable({ operation: create, earlier, before, scope, createdHere, show }, { report }) {
      if (scope.first || create.temporary) return;
      const key = before.resolve(create.table);
      if (create.orReplace === true) {
        const old = before.relation(key);
        const isLost = old.is === "present" && !old.value.temporary && createdHere(key) !== "yes";
        if (isLost) report({ at: create.head, message: "replaced", data: { table: show(create.table) } });
        return;
      }
      const dropped = earlier().findLast(
        ({ operation, before: then }) =>
          operation.kind === "dropTable" && then.resolve(operation.table) === key,
      );
      if (dropped?.operation.kind !== "dropTable" || dropped.skipped || dropped.refused) return;
      if (dropped.createdHere(key) === "yes") return;
      // The usual beginning of a script that creates a table for the first time.
      const mayBeMissing = dropped.operation.ifExists || dropped.operation.conditional === true;
      if (mayBeMissing && dropped.before.relation(key).is !== "present") return;
      report({
        at: create.head,
        message: before.family === "mysql" ? "lostOnMysql" : "lost",
        data: { table: show(create.table) },
        related: [{ at: dropped.operation.head, message: "dropped here" }],
        step: dropped,
      });
    },
  },
});
