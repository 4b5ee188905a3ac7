import { defineRule, recipes, type Step, type Span, type QualifiedName } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-table",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "An existing table or view is renamed or moved to another schema.",
    why: "The running application uses the old name and fails at that moment.",
    instead:
      "Rename and create a view with the old name at once (in PostgreSQL in the same transaction); drop the view when the old version is gone.",
  },
  messages: { breaks: "the running application still says {{table}} and fails at that moment" },
  recipe: { postgres: recipes.renameWithView, mysql: recipes.mysql.renameWithView },
  on: {
    renameTable: (step, { report }) => {
      check(step, step.operation.table, report);
    },
    renameView: (step, { report }) => {
      check(step, step.operation.view, report);
    },
    setTableSchema: (step, { report }) => {
      check(step, step.operation.table, report);
    },
  },
});

type Report = (report: {
  at: Span;
  message: "breaks";
  severity: "warning" | undefined;
  data: { table: string };
}) => void;

function check(
  {
    operation,
    createdPending,
    dependents: { deprecation, replaced },
    names: { renamedHere, archives },
    show,
  }: Step,
  table: QualifiedName,
  report: Report,
) {
  if (createdPending(table) === "yes" || renamedHere(table)) return;
  // A view or another table takes the name in the same transaction; or nobody uses it any more.
  if (replaced() || (archives() && deprecation(table) !== undefined)) return;
  const severity = archives() ? "warning" : undefined;
  report({ at: operation.head, message: "breaks", severity, data: { table: show(table) } });
}
