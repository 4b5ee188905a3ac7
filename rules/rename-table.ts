import { defineRule, recipes, type Step, type Span, type QualifiedName } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-table",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "An existing table or view is renamed or moved to another schema.",
    why: "The running application uses the old name and fails at that moment.",
    instead:
      "Rename and create a view with the old name in the same transaction; drop the view when the old version is gone.",
  },
  messages: { breaks: "the running application still says {{table}} and fails at that moment" },
  recipe: recipes.renameWithView,
  on: {
    renameTable(step, { report }) {
      const archive = /^(?:deprecated|archived|archive|old)_|_(?:deprecated|archived?|old)$/.test(
        step.operation.to.text,
      );
      check(step, step.operation.table, report, archive);
    },
    renameView: (step, { report }) => {
      check(step, step.operation.view, report, false);
    },
    setTableSchema: (step, { report }) => {
      check(step, step.operation.table, report, false);
    },
  },
});

type Report = (report: {
  at: Span;
  message: "breaks";
  severity?: "warning" | undefined;
  data: { table: string };
}) => void;

function check(step: Step, table: QualifiedName, report: Report, archive: boolean) {
  const { operation, createdHere, createdPending, deprecation, failures, replaced, show } = step;
  if (failures.length > 0 || createdHere(table) === "yes" || createdPending(table) === "yes") return;
  // A view or another table takes the name in the same transaction; or nobody should use it any more.
  if (replaced() || (archive && deprecation(table) !== undefined)) return;
  report({
    at: operation.head,
    message: "breaks",
    severity: archive ? "warning" : undefined,
    data: { table: show(table) },
  });
}
