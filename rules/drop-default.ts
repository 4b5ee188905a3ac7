import { defineRule, type Name, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-default",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  declared: true,
  docs: {
    summary: "`DROP DEFAULT`, or `SET DEFAULT NULL`, on a `NOT NULL` column.",
    why: "INSERTs of the running application that leave the column out fail from this moment (PostgreSQL: 23502; MySQL and MariaDB: 1364). Of a column that is only added now, these are all its INSERTs until the new version runs everywhere (a warning; a note otherwise). Django's `AddField` with `default` sends both statements: in Django 5.0 or later, `db_default` keeps the default in the database; before, and on MySQL for an expression, which would copy the table, add the field with `null=True` first.",
    instead:
      "First deploy the version that always gives the column a value, then drop the default in a later migration: a new column keeps its default until then.",
    exceptions: [
      "a column that an earlier release added to an existing table: its default was there for the existing rows",
      "a table that a pending migration creates",
      "a column that is nullable, or has another default or an identity, at the end of the migration",
      "a column that is deprecated, or that the migration also drops or renames",
      "a column that isn't known to be NOT NULL, or that has no default",
    ],
  },
  messages: {
    fails: "inserts that leave out {{column}} fail: it is NOT NULL and has no default now",
    added: "inserts of the running version fail: {{column}} is new, NOT NULL and has no default now",
  },
  on: {
    dropDefault(step, { report }) {
      const found = reported(step, step.operation);
      if (found !== undefined) report(found);
    },
    setDefault(step, { report }) {
      const found = step.operation.expression.isNull ? reported(step, step.operation) : undefined;
      if (found !== undefined) report(found);
    },
  },
});

type Dropped = Step<"dropDefault" | "setDefault">["operation"];

function reported(step: Step, { table, column, head: at, call }: Dropped) {
  if (!isMissed(step, table, column)) return undefined;
  const data = { column: step.show(table, column.text) };
  if (step.createdPending(table, column.text) !== "yes")
    return { at, message: "fails", data, severity: "note" } as const;
  return { at, message: "added", data, instead: call === undefined ? keepIt : inCall(call) } as const;
}

const keepIt =
  "Leave the default where it is, and drop it in a migration that runs after the version that always gives the column a value.";

function inCall({
  name,
  databaseDefault,
  nullable,
  nullFor,
  isOnce,
}: NonNullable<Dropped["call"]>): string | undefined {
  if (databaseDefault !== undefined) {
    const passed = `Pass ${databaseDefault} to ${name} as well: the database keeps it`;
    return isOnce
      ? `${passed} until a later migration drops it, after the version that always gives the column a value.`
      : `${passed}.`;
  }
  return (
    nullable &&
    `Pass ${nullable} to ${name}, and deploy the version that always gives the column a value${nullFor === undefined ? "" : `, and takes NULL for ${nullFor}`}. Then fill the rows that have none, and make it NOT NULL in a later migration.`
  );
}

function isMissed(step: Step, table: QualifiedName, { text: column }: Name): boolean {
  const { before, scope, createdPending, dependents, values } = step;
  if (createdPending(table) === "yes") return false;
  const old = before.column(table, column);
  if (old.is !== "present" || old.value.notNull !== "yes" || old.value.hasDefault === "no") return false;
  const end = scope.after.column(table, column);
  const isFilled =
    end.is === "present" &&
    (end.value.notNull !== "yes" || end.value.hasDefault === "yes" || end.value.identity !== undefined);
  if (isFilled || dependents.retires(table, column)) return false;
  return createdPending(table, column) === "yes" || !values.addedLater(table, column);
}
