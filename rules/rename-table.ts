import { defineRule, recipes, type Step, type Span, type QualifiedName } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-table",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "An existing table or view is renamed or moved to another schema.",
    why: "The running application uses the old name and fails as soon as the change commits (42P01; MySQL and MariaDB 1146).",
    instead: {
      postgres:
        "Rename the table and create a view with the old name in the same transaction. Drop the view when no running version uses the old name.",
      mysql:
        "Give a view the old name in the statement that renames the table. Drop the view when no running version uses the old name.",
    },
    exceptions: [
      "a table that this migration, or another pending one, creates",
      "a name that a view, or another table that the history has filled or made more than ten migrations before, takes over in the same transaction; on MySQL and MariaDB, in the same statement, or a view later in the migration",
      "a table that gets a part of its name, which belonged to a table that this migration or the one before has dropped: `orders_new` becomes `orders`",
      "a deprecated table that gets the name of an archive, such as `coupons_archived`",
      "the second rename of the same table in one migration",
      "a sequence: the defaults of columns follow it",
    ],
  },
  messages: {
    breaks: "a running application that uses {{table}} fails at that moment",
    empty:
      "the running application finds no rows in {{table}}: nothing fills {{successor}}, which takes its name",
  },
  recipe: { postgres: recipes.renameWithView, mysql: recipes.mysql.renameWithView },
  on: {
    renameTable: (step, { report }) => {
      const { operation, createdPending, dependents, show } = step;
      const { table, head, to } = operation;
      if (to.text === table.name) return;
      check(step, table, report, recipes.renameOtherwise(step));
      const next = createdPending(table) === "yes" ? undefined : dependents.emptySuccessor();
      if (next === undefined) return;
      const data = { table: show(table), successor: show(next.key) };
      const instead = `first fill ${data.successor} in batches, with triggers on ${data.table} that repeat in it what the application writes meanwhile`;
      report({ at: head, message: "empty", severity: "warning", data, instead });
    },
    renameView: (step, { report }) => {
      check(step, step.operation.view, report);
    },
    setTableSchema: (step, { report }) => {
      check(step, step.operation.table, report);
    },
  },
});

const unused = "First deploy the version that no longer uses ";

type Report = (report: {
  at: Span;
  message: "breaks";
  severity: "warning" | undefined;
  data: { table: string };
  instead?: string | undefined;
}) => void;

function check(
  {
    operation,
    before,
    createdPending,
    dependents: { deprecation, replaced },
    names: { renamedHere, archives },
    show,
  }: Step,
  table: QualifiedName,
  report: Report,
  instead?: string,
) {
  if (createdPending(table) === "yes" || renamedHere(table)) return;
  const found = before.relation(table);
  // ALTER TABLE renames it as well; columns find it by its number.
  if (found.is === "present" && found.value.kind === "sequence") return;
  // A view or another table takes over the name in the same transaction; or nobody uses it any more.
  if (replaced() || (archives() && deprecation(table) !== undefined)) return;
  const isArchived = archives();
  report({
    at: operation.head,
    message: "breaks",
    severity: isArchived ? "warning" : undefined,
    data: { table: show(table) },
    instead: instead ?? (isArchived ? `${unused}${show(table)}, then rename it.` : undefined),
  });
}
