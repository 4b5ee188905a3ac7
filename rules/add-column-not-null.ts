import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

const filledApart =
  "Add it as NULL, give each row a value of its own, and then add the key and NOT NULL in a later migration.";

/** Undefined: a row has a value for the column. */
function faultOf(step: Step<"addColumn">) {
  const { operation, before, values, createdHere, rows, refused, mysql } = step;
  const { column, table } = operation;
  if (!column.notNull || !values.leavesNull() || rows(table).are === "none") return undefined;
  const isMysql = before.family === "mysql";
  const isNew = createdHere(table) === "yes" && values.writtenWithout(table, column.name.text) === undefined;
  if (isNew || (isMysql && refused)) return undefined;
  const instead = recipes.defaultInCall(step);
  const argument = operation.call?.clientDefault;
  const key = values.refusingKey();
  if (argument !== undefined && !isMysql) return { message: "client", instead, argument } as const;
  if (key === "foreign key") return { message: "orphans", instead } as const;
  if (key === "unique") return { message: "twins", instead: filledApart } as const;
  if (!isMysql || mysql.refusesOldRows()) return { message: "fails", instead } as const;
  const message = mysql.isLoose() ? "loose" : "implicit";
  return { message, instead } as const;
}

export default defineRule({
  id: "add-column-not-null",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  docs: {
    summary: "A `NOT NULL` column without a default is added to an existing table.",
    why: "On PostgreSQL the statement fails (23502) as soon as the table has a row. On MySQL and MariaDB existing rows get the implicit default: 0, an empty string or, if `sql_mode` allows it, a zero date; MySQL's own mode refuses that (1292), as it has none for a `POINT` (1138). A foreign key or a UNIQUE key that the migration puts on such a column then fails (1452, 1062). Where it succeeds, inserts of the running application, which doesn't know the column, fail. In SQLAlchemy, `default` is a default of the application: only `server_default` is one of the column.",
    instead:
      "Add it with a constant default in the same `ADD COLUMN`, or add it as a nullable column and backfill it.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a table that TRUNCATE or DELETE leaves without rows before it in the same migration",
      "`ADD COLUMN IF NOT EXISTS` of a column that exists",
      "a column that gets a value in every row: `serial`, `IDENTITY`, `AUTO_INCREMENT` or generated",
      "an `ENUM`, whose default is its first member",
      "a `TIMESTAMP` on a server that gives it a default: MySQL 5.7, MariaDB before 10.10",
    ],
  },
  messages: {
    fails: "fails if {{table}} has a row: {{column}} is NOT NULL and has no default; later inserts fail",
    several: "fails if {{table}} has a row: {{column}} are NOT NULL and have no default; later inserts fail",
    client: "fails if {{table}} has a row: {{argument}} of {{column}} isn't a default in the database",
    implicit:
      "in strict mode inserts that don't name {{column}} fail; old rows of {{table}} get the implicit default",
    loose: "inserts that don't name {{column}}, and old rows of {{table}}, silently get the implicit default",
    orphans:
      "fails if {{table}} has a row: the foreign key finds none for the implicit default of {{column}}",
    twins: "fails if {{table}} has two rows: the unique key finds the same {{column}} in both",
    zeros: "fails if {{table}} has two rows: both get the same {{column}}",
    key: "fails if {{table}} has a row: the primary key column {{column}} has no default",
  },
  recipe: {
    postgres: (step) => recipes.renamedOr(step, recipes.requiredColumn),
    mysql: (step) => recipes.renamedOr(step, recipes.mysql.requiredColumn),
  },
  on: {
    addColumn(step, { report }) {
      const found = faultOf(step);
      const columns = recipes.requiredTogether(step, (one) => Object.values(faultOf(one) ?? {}).join());
      if (found === undefined || columns === undefined) return;
      const { message, instead, argument = "" } = found;
      const data = { table: step.show(step.table), column: recipes.listed(columns) };
      const about = { at: step.operation.head, instead };
      if (message === "client") report({ ...about, message, data: { ...data, argument } });
      else
        report({
          ...about,
          message: message === "fails" && columns.length > 1 ? "several" : message,
          data,
          severity: message === "loose" ? "warning" : undefined,
          impliedBy: message === "twins" || message === "orphans" ? undefined : recipes.dropBefore(step),
        });
    },
    addPrimaryKey({ operation, before, values: { leavesNull }, createdHere, show, spell }, { report }) {
      const { table, within, inlineColumn } = operation;
      if (within !== "addColumn" || inlineColumn === undefined || !leavesNull()) return;
      if (createdHere(table) === "yes") return;
      const message = before.family === "mysql" ? "zeros" : "key";
      report({ at: operation.head, message, data: { table: show(table), column: spell(inlineColumn) } });
    },
  },
});
