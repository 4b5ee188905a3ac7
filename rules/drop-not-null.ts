import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-not-null",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["modify-drops-attributes"],
  docs: {
    summary: "`DROP NOT NULL`, or `MODIFY` without `NOT NULL`, on a column that stays in use.",
    why: "Readers that have never seen a NULL there get one: the running application, reports, other services. Joins, `NOT IN` and comparisons with it silently leave rows out.",
    instead: "First deploy readers that expect NULL.",
    exceptions: [
      "a column that is deprecated, or that the migration also drops or renames",
      "a column that is NOT NULL at the end of the migration, or that a CHECK requires not to be NULL",
      "a table or column that a pending migration creates",
      "Alembic: `nullable=True` beside another change, of a column that the history doesn't know",
      "on MySQL and MariaDB, a column that the history doesn't know as NOT NULL",
    ],
  },
  messages: { nulls: "readers of {{column}} get NULL where they have always found a value" },
  on: {
    redefineColumn(
      { operation, before, after, createdPending, dependents: { retires }, values: { requiredStill }, show },
      { report },
    ) {
      const { table, column, definition, head } = operation;
      const name = definition.name.text;
      const old = before.column(table, column.text);
      const now = after.column(table, name);
      if (old.is !== "present" || old.value.notNull !== "yes") return;
      if (now.is !== "present" || now.value.notNull !== "no" || requiredStill(table, name)) return;
      if (createdPending(table, column.text) === "yes" || retires(table, column.text)) return;
      report({ at: head, message: "nulls", data: { column: show(table, name) } });
    },
    dropNotNull(
      { operation, before, createdPending, dependents: { retires }, values: { requiredStill }, show },
      { report },
    ) {
      const { table, column, head } = operation;
      const found = before.column(table, column.text);
      const isNotNull = found.is === "present" ? found.value.notNull : undefined;
      if (isNotNull === "no" || (isNotNull !== "yes" && operation.call?.restates === true)) return;
      if (createdPending(table, column.text) === "yes" || retires(table, column.text)) return;
      if (requiredStill(table, column.text)) return;
      report({ at: head, message: "nulls", data: { column: show(table, column.text) } });
    },
  },
});
