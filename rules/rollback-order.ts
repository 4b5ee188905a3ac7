import { defineRule, recipes, type Dependent, type Related, type Step } from "../src/lint/rule.ts";

const changeOf = ({ operation }: Step): string =>
  operation.kind === "changeColumnType" ? "retyped" : "dropped";

/** A DROP, or a change of a type, that the server refuses for what still needs the object. */
function refused(
  step: Step,
): readonly { readonly step: Step; readonly object: string; readonly users: readonly Dependent[] }[] {
  const { operation, dependents } = step;
  const object = dependents.droppedObject();
  const isTaken = operation.conditional || ("cascade" in operation && operation.cascade);
  if (isTaken === true || object === undefined) return [];
  const users = dependents.ofDropped().filter((one) => one.onDrop === "refuses" && one.unsure !== true);
  return users.length === 0 ? [] : [{ step, object, users }];
}

const countedFrom = ([first, ...rest]: readonly Dependent[]): string =>
  `${first?.text ?? ""}${rest.length > 0 ? ` and ${rest.length} more` : ""}`;

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
    order: "fails: {{object}} is {{change}} before {{dependents}}, which needs it{{more}}",
    kept: "fails: {{object}} is used by {{dependents}}, which the rollback keeps{{more}}",
  },
  on: {
    operation(step, { report }) {
      if (refused(step).length === 0) return;
      // The rollback ends at the first one; who puts it right wants to know the others.
      const [own, ...others] = step.scope.downSteps.flatMap(refused);
      if (own?.step !== step) return;
      const { operation, dependents } = step;
      const { object, users } = own;
      const earlier = dependents.foundBefore();
      const later = users.map((user) => ({ user, step: dependents.dropsLater(user) }));
      const inOrder = later.every(({ step: its }) => its !== undefined);
      const more = others.length > 0 ? `, and ${others.length} more like it` : "";
      const found = { object, dependents: countedFrom(users), more };
      report({
        at: operation.head,
        ...(inOrder
          ? { message: "order" as const, data: { ...found, change: changeOf(step) } }
          : { message: "kept" as const, data: found }),
        instead:
          recipes.formerViews(step, users) ??
          earlier?.leftOut ??
          recipes.dropOrder(step) ??
          (inOrder
            ? `move it after the statement that drops ${users.map(({ text }) => text).join(", ")}`
            : `drop ${[...new Set(users.map(dependents.droppedFirst))].join(", ")} first`),
        related: [
          ...(earlier?.by === undefined ? [] : [{ at: earlier.by, message: `makes ${object}` }]),
          ...later.flatMap(({ user: { origin, text }, step: its }): readonly Related[] => {
            if (its !== undefined)
              return [{ at: its.operation.head, message: `${text} is ${changeOf(its)} here` }];
            return origin === undefined
              ? []
              : [{ at: { path: origin.path, span: origin.span }, message: text }];
          }),
          ...others.map((other) => ({
            at: other.step.operation.head,
            message: `${other.object} is refused here, too, for ${countedFrom(other.users)}`,
          })),
        ],
      });
    },
  },
});
