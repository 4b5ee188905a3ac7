import { defineRule, type Operation, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-breaks-dependent",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A table, view or column is renamed, but a function (MySQL and MariaDB: a view) still uses the old name.",
    why: "On PostgreSQL, views, policies, defaults and constraints follow a rename, but the body of a function is only text: its next call fails (42P01, 42703). If a trigger calls it, every write to the table fails. On MySQL and MariaDB, views don't follow either: their next use fails (1356).",
    instead: {
      postgres: "`CREATE OR REPLACE` the function with the new name in the same migration.",
      mysql: "`CREATE OR REPLACE` the view with the new name in the same migration.",
    },
    exceptions: [
      "on PostgreSQL, views, policies and `BEGIN ATOMIC` functions, which follow the rename",
      "a function or view that the same migration replaces or drops",
      "a table in whose place the same migration creates a view",
    ],
  },
  messages: {
    breaks: "the next call of {{functions}} fails: the body still uses {{name}}",
    view: "the next use of {{views}} fails: it still uses {{name}}",
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
          instead: `recreate ${list} with the new name in this migration`,
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
        instead: `replace the bodies of ${calls.join(", ")} in this migration`,
        related: users.map(({ origin }) => ({ at: origin, message: `still uses ${name}` })),
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
