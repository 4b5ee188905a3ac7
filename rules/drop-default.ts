import { defineRule, type Name, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-default",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "The default of a NOT NULL column is dropped, or set to NULL.",
    why: "The running application that leaves the column out of its INSERTs fails from this moment on (23502, 1364). Nothing is said where the column was added with its default to a table that was there: such a default is meant to be dropped in the end.",
    instead: "Deploy the version that always gives the column a value first.",
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
