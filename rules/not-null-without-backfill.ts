import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-null-without-backfill",
  formerly: ["backfill-before-not-null"],
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["set-not-null"],
  docs: {
    summary: "A column becomes NOT NULL, but nothing in the history gives its old rows a value.",
    why: "One NULL in an old row is enough: the migration fails (23502; MySQL and MariaDB 1138, 1265) on the server that has such a row, which is seldom the developer's. Without strict mode, MySQL and MariaDB write 0 or `''` instead.",
    instead:
      "Fill the old rows in batches in an earlier migration, or add the column with `NOT NULL DEFAULT` in the first place.",
    exceptions: [
      "a table that this migration creates",
      "a column that the history doesn't create",
      "a column that the history fills: by a default in `ADD COLUMN`, UPDATE, MERGE or TRUNCATE, or by DELETE with a condition on it",
      "a validated CHECK that excludes NULL, and NOT NULL constraints that are `NOT VALID`",
      "a history with SQL that isn't known before it runs (`EXECUTE`)",
    ],
  },
  messages: { empty: "fails if an old row holds NULL in {{column}}: nothing in the history fills it" },
  recipe: { postgres: recipes.fillThenNotNull },
  on: {
    setNotNull(step, { report }) {
      const { table, column, head } = step.operation;
      if (isEmpty(step))
        report({ at: head, message: "empty", data: { column: step.show(table, column.text) } });
    },
    redefineColumn(step, { report }) {
      const { table, column, definition, head } = step.operation;
      if (definition.notNull && isEmpty(step))
        report({ at: head, message: "empty", data: { column: step.show(table, column.text) } });
    },
    addNotNull(step, { report }) {
      const { table, column, head, within, notValid } = step.operation;
      if (within !== "alterTable" || notValid || !isEmpty(step)) return;
      report({ at: head, message: "empty", data: { column: step.show(table, column.text) } });
    },
  },
});

function isEmpty({
  operation,
  before,
  values: { filled },
  madeHere,
}: Step<"setNotNull" | "addNotNull" | "redefineColumn">): boolean {
  const { table, column } = operation;
  const found = before.column(table, column.text);
  const relation = before.relation(table);
  if (found.is !== "present" || relation.is !== "present" || madeHere(table)) return false;
  // A column that the history doesn't create may have been filled before the history began.
  if (found.value.notNull !== "no" || found.value.type === undefined) return false;
  const isProved = relation.value.constraints.some(
    (constraint) =>
      constraint.kind === "check" &&
      constraint.validated &&
      constraint.expression.provesNotNull.includes(column.text),
  );
  return !isProved && !filled(table, column.text);
}
