import { defineRule, type Related } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-order",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["down"],
  alsoRefused: { effects: "says itself that the statement fails" },
  docs: {
    summary:
      "A rollback drops or retypes something while a view, foreign key, column or function still needs it.",
    why: "The server refuses it (2BP01; MySQL and MariaDB 3730, 1451, 1553): the rollback stops in the middle, at the moment when it is needed.",
    instead: "Undo in the reverse order of the migration: what was made last goes first.",
  },
  messages: {
    order: "fails: {{object}} goes before {{dependents}}, which needs it",
    kept: "fails: {{object}} is used by {{dependents}}, which stays",
  },
  on: {
    operation(step, { report }) {
      const { operation, dependents } = step;
      if (operation.conditional || ("cascade" in operation && operation.cascade)) return;
      const object = step.dependents.droppedObject();
      if (object === undefined) return;
      const users = dependents.ofDropped().filter(({ onDrop }) => onDrop === "refuses");
      const [first] = users;
      if (first === undefined) return;
      const rest = users.length > 1 ? ` and ${users.length - 1} more` : "";
      const later = users.map((user) => ({ user, step: dependents.dropsLater(user) }));
      const inOrder = later.every(({ step: its }) => its !== undefined);
      const names = users.map(({ text }) => text).join(", ");
      report({
        at: operation.head,
        message: inOrder ? "order" : "kept",
        data: { object, dependents: first.text + rest },
        instead: inOrder ? `move it behind what drops ${names}` : `drop ${names} first`,
        related: later.flatMap(({ user: { origin, text }, step: its }): readonly Related[] => {
          if (its !== undefined) return [{ at: its.operation.head, message: `${text} goes here` }];
          return origin === undefined
            ? []
            : [{ at: { path: origin.path, span: origin.span }, message: text }];
        }),
      });
    },
  },
});
