import { defineRule, recipes, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-null-without-backfill",
  formerly: ["backfill-before-not-null"],
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["set-not-null"],
  assumes: "rows",
  docs: {
    summary:
      "A column becomes NOT NULL, or a CHECK that excludes NULL is added or validated, but nothing in the history gives all its old rows a value.",
    why: "One NULL in an old row is enough: the migration fails (23502; MySQL and MariaDB 1138, 1265) on the server that has such a row, which is seldom the developer's. It is an error where the migration, or one just before it, has added the column: then every row holds NULL. Without strict mode, MySQL and MariaDB write 0 or `''` instead.",
    instead:
      "Fill the old rows in batches in an earlier migration, or add the column with `NOT NULL DEFAULT` in the first place.",
    exceptions: [
      "a table that this migration creates, or another one of the same branch, if nothing fills it between, or with a value in the column",
      "a column that the history doesn't create",
      "a column that the history fills: by a default in `ADD COLUMN`, UPDATE, MERGE or TRUNCATE, or by DELETE with a condition on it; not if NOT NULL was dropped since",
      "a column made with its table in which every row that the history inserts has a value, if it inserts any outside of trial data",
      "an UPDATE from another table or column with `coalesce`, CASE, OR or IS in its value or condition, or one of several tables",
      "an UPDATE from another table that a foreign key, or a column like `user_id` without one, refers to, that the migration makes or fills, or for which it deletes rows without a partner; a table not all of which the history knows",
      "a note: a default in `CREATE TABLE` alone, in spite of which a row can hold NULL",
      "a table that has to be empty for another statement of the migration, such as `ADD COLUMN … NOT NULL` without a default",
      "a column that was NOT NULL when the migration began",
      "a validated CHECK that excludes NULL, and NOT NULL constraints that are `NOT VALID`",
      "`VALIDATE` of a CHECK that an earlier transaction added on a column as old as the table; on a younger column that nothing fills, it is a note: rows may have been filled between",
      "a history with SQL that isn't known before it runs (`EXECUTE`)",
    ],
  },
  messages: {
    own: "fails: rows that this migration writes hold NULL in {{column}}",
    empty: "fails if an old row holds NULL in {{column}}: nothing in the history fills it",
    all: "fails if {{table}} has a row: {{column}} was just added as NULL, and nothing fills it",
    rows: "fails if an old row holds NULL in {{column}}: no UPDATE fills rows with NULL in {{other}}",
    partners:
      "fails if an old row holds NULL in {{column}}: the UPDATE has to find a row of {{other}} for each",
    value: "fails if an old row holds NULL in {{column}}: it comes from {{other}}, which may be NULL",
    declared: "fails if an old row holds NULL in {{column}}: a DEFAULT doesn't refuse it",
    part: "fails if an old row holds NULL in {{column}}: the only UPDATE that fills it leaves rows out",
  },
  recipe: { postgres: recipes.fillThenNotNull },
  kinds: { required: ["setNotNull", "redefineColumn", "addNotNull", "addCheck"] },
  on: {
    required(step, { report }) {
      const { operation } = step;
      const { kind, table, head } = operation;
      if (kind === "redefineColumn" && !operation.definition.notNull) return;
      if ((kind === "addNotNull" || kind === "addCheck") && operation.within !== "alterTable") return;
      if (("notValid" in operation && operation.notValid) || (kind === "addCheck" && !operation.enforced))
        return;
      const columns = kind === "addCheck" ? operation.expression.provesNotNull : [operation.column.text];
      for (const one of columns.flatMap((column) => fault(step, table, column) ?? []))
        report({ at: head, ...one });
    },
    validateConstraint(step, { report }) {
      const { table, name, head } = step.operation;
      const check = step.before.constraint(table, name.text);
      if (check.is !== "present" || check.value.kind !== "check") return;
      for (const column of check.value.expression.provesNotNull) {
        const found = fault(step, table, column);
        // Since another transaction added it, somebody may have filled the rows.
        const isEmpty = ["empty", "all", "declared"].includes(found?.message ?? "");
        const mayBeFilled = isEmpty && step.locks.addedBy() === undefined;
        if (found === undefined || (mayBeFilled && !step.values.addedLater(table, column))) continue;
        report({ at: head, ...found, ...(mayBeFilled && { severity: "note" }) });
      }
    },
  },
});

/** Old rows hold NULL, or some of them. A column that the history doesn't create may have been filled before it. */
function fault(step: Step, table: QualifiedName, column: string) {
  const { before, values, isHere, createdHere, rows, show } = step;
  const [found, relation] = [before.column(table, column), before.relation(table)];
  if (found.is !== "present" || relation.is !== "present") return undefined;
  if (found.value.notNull !== "no" || found.value.type === undefined) return undefined;
  const [how, data] = [values.filling(table, column), { table: show(table), column: show(table, column) }];
  if (isHere(relation.value.origin) || createdHere(table) === "yes") {
    const at = how === "no" ? values.writtenWithout(table, column) : undefined;
    return at && ({ message: "own", data, related: [{ at, message: "written here" }] } as const);
  }
  // Rows fail another statement, which is a finding of its own.
  if (rows(table).are === "none or fails") return undefined;
  const left = how === "yes" ? values.gap(table, column) : undefined;
  if (left !== undefined)
    return { message: left.how, severity, data: { ...data, other: show(left.table, left.column) } } as const;
  if (how === "never" || how === "yes") return undefined;
  if (how === "no" && values.stillEmpty(table, column)) return { message: "all", data } as const;
  const weaker = how === "declared" ? "note" : severity;
  return { message: how === "no" ? "empty" : how, data, severity: weaker } as const;
}

const severity = "warning"; // an error is only what surely fails
