import { defineRule, recipes, type Dependent } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-breaks-dependent",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["unknown-table"],
  alsoRefused: { effects: "reports that the statement fails" },
  docs: {
    summary:
      "An object is dropped or retyped that a view, function, policy, generated column, foreign key or trigger uses.",
    why: "The server refuses it (PostgreSQL: 2BP01, 0A000; MySQL: 3730, 1553, 1828, 3108), so the migration fails. The body of a function is only text, so there the next call fails instead. On MySQL and MariaDB a view doesn't prevent it either: the next use of the view fails (1356).",
    instead: "Drop or change the dependent object first.",
    exceptions: [
      "`DROP … CASCADE` (see `drop-cascade`)",
      "dependents that are dropped along with it, such as indexes and CHECK constraints of a column",
      "a function or view that the same migration then drops or recreates",
      "on MySQL and MariaDB, foreign keys while `foreign_key_checks` is off",
    ],
  },
  messages: {
    refuses: "fails: {{object}} is used by {{dependents}}",
    left: "{{object}} is used by {{dependents}}, which fails from here on",
    breaks: "{{object}} is used in the body of {{dependents}}: the next call fails",
  },
  on: {
    operation(step, { report }) {
      const { operation, dependents } = step;
      if ("cascade" in operation && operation.cascade) return;
      const object = dependents.droppedObject();
      if (object === undefined) return;
      const users = dependents.ofDropped().filter(({ unsure }) => unsure !== true);
      const refusing = users.filter(({ onDrop, unsure }) => onDrop === "refuses" && unsure !== true);
      const breaking = users.filter(({ onDrop }) => onDrop === "breaks later");
      const some = refusing.length > 0 ? refusing : breaking;
      const [first] = some;
      if (first === undefined) return;
      const rest = some.length > 1 ? ` and ${some.length - 1} more` : "";
      report({
        at: operation.head,
        message: refusing.length > 0 ? "refuses" : step.before.family === "mysql" ? "left" : "breaks",
        severity: refusing.length > 0 ? undefined : "warning",
        data: { dependents: first.text + rest, object },
        instead:
          (some === refusing && some.every((one) => dependents.replacedLater(one))
            ? behind(some)
            : undefined) ??
          (refusing.length > 0 ? recipes.aroundViews(step, some) : undefined) ??
          instead(some, operation.kind === "changeColumnType"),
        related: some.flatMap(({ origin, text }) =>
          origin === undefined ? [] : [{ at: { path: origin.path, span: origin.span }, message: text }],
        ),
      });
    },
  },
});

const behind = (users: readonly Dependent[]): string =>
  `move it behind the statements below that drop ${users.map(({ text }) => text).join(", ")}`;

function instead(users: readonly Dependent[], retyped: boolean): string {
  if (users.some(({ kind }) => kind === "partition key"))
    return "create a partitioned table with another key, and move the rows in batches";
  const names = users.map(({ text }) => text).join(", ");
  return retyped ? `drop ${names} first, and create it again afterwards` : `drop or change ${names} first`;
}
