import { defineRule, type Name, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-null-on-new-column",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A column that the same release adds to an existing table is made `NOT NULL`, without a default.",
    why: "The running version doesn't know the column: each of its INSERTs into the table fails until the new version runs everywhere (PostgreSQL: 23502; MySQL and MariaDB: 1364 in strict mode). A backfill before it fills the rows of now, not those to come.",
    instead:
      "Give the column a default in the same migration, and drop it in a later one; or leave the column nullable, and set `NOT NULL` in a migration that runs after the new version.",
    exceptions: [
      "a table that this release creates, or whose history is hours old",
      "a column with a default, an identity or an expression at the end of the migration",
      "a table with a trigger that runs before each INSERT, which may fill the column",
      "a column that an earlier release added: its version may write it",
      "`ADD COLUMN … NOT NULL` without a default, which fails on rows (`add-column-not-null`)",
    ],
  },
  messages: {
    requires: "inserts of the running version fail: {{column}} is new, and NOT NULL without a default",
  },
  on: {
    setNotNull(step, { report }) {
      const { table, column, head: at } = step.operation;
      if (isRequired(step, table, column)) report({ at, message: "requires", data: dataOf(step, column) });
    },
    redefineColumn(step, { report }) {
      const { table, definition, head: at } = step.operation;
      const { name, notNull } = definition;
      if (notNull && isRequired(step, table, name))
        report({ at, message: "requires", data: dataOf(step, name) });
    },
  },
});

const dataOf = ({ show, operation: { table } }: Step<"setNotNull" | "redefineColumn">, { text }: Name) => ({
  column: show(table, text),
});

function isRequired(step: Step, table: QualifiedName, { text: column }: Name): boolean {
  const { before, scope, createdPending, rows } = step;
  if (createdPending(table) === "yes" || createdPending(table, column) !== "yes") return false;
  // Another column had the name: the running version writes it.
  if (scope.before.column(table, column).is === "present") return false;
  const old = before.column(table, column);
  const end = scope.after.column(table, column);
  const home = scope.after.relation(table);
  if (old.is !== "present" || end.is !== "present" || home.is !== "present") return false;
  const { notNull, hasDefault, identity, generated } = end.value;
  return (
    old.value.notNull !== "yes" &&
    notNull === "yes" &&
    hasDefault === "no" &&
    identity === undefined &&
    generated === undefined &&
    rows(table).are !== "fresh" &&
    !home.value.triggers.some(({ timing, events }) => timing === "before" && events.includes("insert"))
  );
}
