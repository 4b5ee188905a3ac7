import { defineRule, recipes, type Name, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-null-on-new-column",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["set-not-null"],
  docs: {
    summary:
      "A column that the same release adds to an existing table is made `NOT NULL`, without a default.",
    why: "The running version doesn't know the column: each of its INSERTs into the table fails until the new version runs everywhere (PostgreSQL: 23502; MySQL and MariaDB: 1364 in strict mode). A backfill before it fills the rows of now, not those to come.",
    instead:
      "Give the column a default in the same migration, and drop it in a later one; or leave the column nullable, and in a migration that runs after the new version fill the rows that came without a value, then set `NOT NULL`. A column that is unique, refers to another table, or holds an address or a secret has no such default.",
    exceptions: [
      "a table that this release creates, or whose history is hours old",
      "a column with a default, an identity or an expression at the end of the migration",
      "a table with a trigger that runs before each INSERT, which may fill the column",
      "a column that an earlier release added: its version may write it",
      "MySQL, MariaDB: a `sql_mode` that isn't strict, unless the column is unique: inserts get the implicit default",
      "`ADD COLUMN … NOT NULL` without a default, which fails on rows (`add-column-not-null`)",
    ],
  },
  messages: {
    requires: "inserts of the running version fail: {{column}} is new, and NOT NULL without a default",
    shares: "a second insert of the running version fails: each gets the same {{column}}, which is unique",
  },
  on: {
    setNotNull(step, { report }) {
      const { table, column, head: at } = step.operation;
      if (isRequired(step, table, column)) report({ at, ...saidOf(step, table, column) });
    },
    redefineColumn(step, { report }) {
      const { table, definition, head: at } = step.operation;
      const { name, notNull } = definition;
      const isLoose = step.mysql.isLoose();
      if (!notNull || !isRequired(step, table, name) || (isLoose && !isUnique(step, table, name))) return;
      report({ at, ...saidOf(step, table, name), ...(isLoose ? { message: "shares" as const } : {}) });
    },
  },
});

function saidOf(step: Step, table: QualifiedName, column: Name) {
  const data = { column: step.show(table, column.text) };
  const found = step.before.column(table, column.text);
  // What all rows share is no default of it, no row has the key that it would be, and it might let somebody in.
  const hasDefault = found.is === "present" && recipes.plainFill(step, table, found.value) !== undefined;
  const instead =
    !hasDefault || isUnique(step, table, column) || isKey(step, table, column, "foreign key")
      ? "Leave the column nullable; in a migration that runs after the new version, fill the rows that came without a value, then set `NOT NULL`."
      : undefined;
  return { message: "requires" as const, data, instead };
}

const isUnique = (step: Step, table: QualifiedName, column: Name): boolean =>
  isKey(step, table, column, "unique") ||
  step.scope.after
    .indexesOn(table)
    .some(({ unique, elements: [first, ...more] }) => unique && !more[0] && first?.column === column.text);

function isKey({ scope }: Step, table: QualifiedName, { text }: Name, as: "unique" | "foreign key"): boolean {
  const found = scope.after.relation(table);
  const keys = found.is === "present" ? found.value.constraints : [];
  return keys.some((one) => one.kind === as && one.columns.join() === text);
}

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
    rows(table).isNew !== true &&
    !home.value.triggers.some(({ timing, events }) => timing === "before" && events.includes("insert"))
  );
}
