import { defineRule, type Operation, type Related } from "../src/lint/rule.ts";

const changeOf = ({ kind }: Operation): string => (kind === "changeColumnType" ? "retyped" : "dropped");

export default defineRule({
  id: "rollback-order",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["down"],
  alsoRefused: { effects: "reports the failure itself" },
  docs: {
    summary:
      "A rollback drops or retypes something that a view, foreign key, column or function still needs.",
    why: "The server refuses it (2BP01; MySQL and MariaDB 3730, 1451, 1553): the rollback stops in the middle, at the moment when it is needed.",
    instead: "Undo the changes in the reverse order of the migration: drop first what was created last.",
    exceptions: [
      "`DROP … CASCADE`",
      "a dependent that the server drops along with the object, such as the index of a column",
      "objects that one statement drops together",
      "MySQL and MariaDB with `foreign_key_checks = 0`",
      "statements under a condition",
    ],
  },
  messages: {
    order: "fails: {{object}} is {{change}} before {{dependents}}, which needs it",
    kept: "fails: {{object}} is used by {{dependents}}, which the rollback keeps",
  },
  on: {
    operation(step, { report }) {
      const { operation, dependents } = step;
      if (operation.conditional || ("cascade" in operation && operation.cascade)) return;
      const object = step.dependents.droppedObject();
      if (object === undefined) return;
      const users = dependents
        .ofDropped()
        .filter(({ onDrop, unsure }) => onDrop === "refuses" && unsure !== true);
      const [first] = users;
      if (first === undefined) return;
      const rest = users.length > 1 ? ` and ${users.length - 1} more` : "";
      const later = users.map((user) => ({ user, step: dependents.dropsLater(user) }));
      const inOrder = later.every(({ step: its }) => its !== undefined);
      const names = users.map(({ text }) => text).join(", ");
      const found = { object, dependents: first.text + rest };
      report({
        at: operation.head,
        ...(inOrder
          ? { message: "order" as const, data: { ...found, change: changeOf(operation) } }
          : { message: "kept" as const, data: found }),
        instead: inOrder ? `move it after the statement that drops ${names}` : `drop ${names} first`,
        related: later.flatMap(({ user: { origin, text }, step: its }): readonly Related[] => {
          if (its !== undefined)
            return [{ at: its.operation.head, message: `${text} is ${changeOf(its.operation)} here` }];
          return origin === undefined
            ? []
            : [{ at: { path: origin.path, span: origin.span }, message: text }];
        }),
      });
    },
  },
});
