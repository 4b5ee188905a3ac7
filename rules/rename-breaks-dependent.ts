import { defineRule, type Operation, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-breaks-dependent",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A table, view or column is renamed, and the body of a function (in MySQL and MariaDB: a view) still says the old name.",
    why: "Views, policies, defaults and constraints follow a rename; the body of a function is only text. Its next call fails (42P01, 42703, 42703 in a trigger: every write of the table). In MySQL and MariaDB views don't follow either: their next use fails (1356).",
    instead: "`CREATE OR REPLACE` the function with the new name in the same migration.",
  },
  messages: {
    breaks: "the next call of {{functions}} fails: the body still says {{name}}",
    view: "the next use of {{views}} fails: it still says {{name}}",
  },
  on: {
    operation({ operation, dependents: { usersOfOldName, viewsOfOldName }, show }, { report }) {
      const views = viewsOfOldName();
      if (views.length > 0) {
        const list = views.map(({ text }) => text).join(", ");
        report({
          at: operation.head,
          message: "view",
          data: { views: list, name: nameOf(operation, show) },
          instead: `create ${list} anew with the new name in this migration, too`,
        });
      }
      if (!("to" in operation)) return;
      const users = usersOfOldName();
      const [first] = users;
      if (first === undefined) return;
      const name = nameOf(operation, show);
      const rest = users.length > 1 ? ` and ${users.length - 1} more` : "";
      const calls = users.map((routine) => show(`${routine.schema}.${routine.name}`));
      report({
        at: operation.head,
        message: "breaks",
        data: { functions: `${calls[0] ?? ""}()${rest}`, name },
        instead: `replace the bodies of ${calls.join(", ")} in this migration, too`,
        related: users.map(({ origin }) => ({ at: origin, message: `still says ${name}` })),
      });
    },
  },
});

function nameOf(operation: Operation, show: Step["show"]): string {
  if (operation.kind === "renameColumn" || operation.kind === "redefineColumn")
    return show(operation.table, operation.column.text);
  if (operation.kind === "renameView") return show(operation.view);
  return "table" in operation && operation.table !== undefined ? show(operation.table) : "it";
}
