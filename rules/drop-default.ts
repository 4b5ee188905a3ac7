import { defineRule, type Name, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-default",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`DROP DEFAULT`, or `SET DEFAULT NULL`, on a `NOT NULL` column.",
    why: "INSERTs of the running application that leave the column out fail from this moment (PostgreSQL: 23502; MySQL and MariaDB: 1364).",
    instead: "First deploy the version that always gives the column a value.",
    exceptions: [
      "a column that was added to an existing table: its default was there for the existing rows",
      "a table or column that a pending migration creates",
      "a column that is nullable, or has another default or an identity, at the end of the migration",
      "a column that is deprecated, or that the migration also drops or renames",
      "a column that isn't known to be NOT NULL, or that has no default",
    ],
  },
  messages: { fails: "inserts that leave out {{column}} fail: it is NOT NULL and has no default now" },
  on: {
    dropDefault(step, { report }) {
      const { table, column, head } = step.operation;
      if (isMissed(step, table, column))
        report({ at: head, message: "fails", data: { column: step.show(table, column.text) } });
    },
    setDefault(step, { report }) {
      const { table, column, head, expression } = step.operation;
      if (expression.isNull && isMissed(step, table, column))
        report({ at: head, message: "fails", data: { column: step.show(table, column.text) } });
    },
  },
});

function isMissed(step: Step, table: QualifiedName, { text: column }: Name): boolean {
  const { before, scope, createdPending, dependents, values } = step;
  if (createdPending(table, column) === "yes") return false;
  const old = before.column(table, column);
  if (old.is !== "present" || old.value.notNull !== "yes" || old.value.hasDefault === "no") return false;
  const end = scope.after.column(table, column);
  const isFilled =
    end.is === "present" &&
    (end.value.notNull !== "yes" || end.value.hasDefault === "yes" || end.value.identity !== undefined);
  return !isFilled && !dependents.retires(table, column) && !values.defaultForOldRows(table, column);
}
