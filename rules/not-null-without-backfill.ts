import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-null-without-backfill",
  formerly: ["backfill-before-not-null"],
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["set-not-null"],
  assumes: "rows",
  docs: {
    summary:
      "A column becomes NOT NULL, or a CHECK that excludes NULL is validated, but nothing in the history gives all its old rows a value.",
    why: "One NULL in an old row is enough: the migration fails (23502; MySQL and MariaDB 1138, 1265) on the server that has such a row, which is seldom the developer's. Without strict mode, MySQL and MariaDB write 0 or `''` instead.",
    instead:
      "Fill the old rows in batches in an earlier migration, or add the column with `NOT NULL DEFAULT` in the first place.",
    exceptions: [
      "a table that this migration creates",
      "a column that the history doesn't create",
      "a column that the history fills: by a default in `ADD COLUMN`, UPDATE, MERGE or TRUNCATE, or by DELETE with a condition on it",
      "a validated CHECK that excludes NULL, and NOT NULL constraints that are `NOT VALID`",
      "a CHECK that an earlier transaction added: rows may have been filled between",
      "a history with SQL that isn't known before it runs (`EXECUTE`)",
    ],
  },
  messages: {
    empty: "fails if an old row holds NULL in {{column}}: nothing in the history fills it",
    part: "fails if an old row holds NULL in {{column}}: the only UPDATE that fills it leaves rows out",
  },
  recipe: { postgres: recipes.fillThenNotNull },
  on: {
    setNotNull(step, { report }) {
      const { table, column, head } = step.operation;
      const message = fault(step, table, column.text);
      if (message !== undefined)
        report({ at: head, message, data: { column: step.show(table, column.text) } });
    },
    redefineColumn(step, { report }) {
      const { table, column, definition, head } = step.operation;
      const message = definition.notNull ? fault(step, table, column.text) : undefined;
      if (message !== undefined)
        report({ at: head, message, data: { column: step.show(table, column.text) } });
    },
    addNotNull(step, { report }) {
      const { table, column, head, within, notValid } = step.operation;
      const message = within === "alterTable" && !notValid ? fault(step, table, column.text) : undefined;
      if (message !== undefined)
        report({ at: head, message, data: { column: step.show(table, column.text) } });
    },
    validateConstraint(step, { report }) {
      const { table, name, head } = step.operation;
      const relation = step.before.relation(table);
      const check =
        relation.is === "present"
          ? relation.value.constraints.find((one) => one.name === name.text)
          : undefined;
      // Since another transaction added it, somebody may have filled the rows.
      if (check?.kind !== "check" || step.locks.addedBy() === undefined) return;
      for (const column of check.expression.provesNotNull) {
        const message = fault(step, table, column);
        if (message !== undefined) report({ at: head, message, data: { column: step.show(table, column) } });
      }
    },
  },
});

/** Old rows hold NULL, or some of them. */
function fault(
  { before, values: { filling }, madeHere }: Step,
  table: QualifiedName,
  column: string,
): "empty" | "part" | undefined {
  const found = before.column(table, column);
  const relation = before.relation(table);
  if (found.is !== "present" || relation.is !== "present" || madeHere(table)) return undefined;
  // A column that the history doesn't create may have been filled before the history began.
  if (found.value.notNull !== "no" || found.value.type === undefined) return undefined;
  const isProved = relation.value.constraints.some(
    (constraint) =>
      constraint.kind === "check" &&
      constraint.validated &&
      constraint.expression.provesNotNull.includes(column),
  );
  if (isProved) return undefined;
  const how = filling(table, column);
  return how === "no" ? "empty" : how === "part" ? "part" : undefined;
}
