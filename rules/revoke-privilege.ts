import { defineRule, type Grant, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "revoke-privilege",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`REVOKE` from a role, or `OWNER TO`, on an existing object.",
    why: "The running application that connects as that role is refused from this moment on (42501; MySQL and MariaDB 1142, 1044). With a new owner, the old owner also loses the right to alter and drop the object.",
    instead: "First deploy the version that doesn't need the privilege.",
    exceptions: [
      "`REVOKE … FROM PUBLIC`",
      "a `REVOKE` in a migration that later grants privileges on the same object to the same role",
      "`ALTER DEFAULT PRIVILEGES`, which concerns future objects only",
      "an object that this migration, or another pending one, creates",
      "a role that this migration creates",
      "the first migration of a history",
    ],
  },
  messages: {
    revoked: "{{role}} loses {{privileges}} on {{object}}: a running application with that role fails",
    member: "{{role}} loses the privileges of {{privileges}}: a running application with that role fails",
    owner: "{{object}} now belongs to {{owner}}: the old owner can no longer alter it",
  },
  on: {
    grant(step, { report }) {
      const { operation, scope, dependents, names } = step;
      if (!operation.revoke || operation.defaults) return;
      if (scope.first || dependents.objectMadeHere()) return;
      const roles = operation.grantees.filter(
        (role) => role !== "public" && !isNew(step, role) && !grantsAgain(step, role),
      );
      if (roles.length === 0) return;
      // MySQL: REVOKE ALL PRIVILEGES, GRANT OPTION FROM bob.
      const takesAll = operation.object === "role" && operation.privileges.includes("ALL");
      if (operation.object === "role" && !takesAll) {
        const data = { role: roles.join(", "), privileges: operation.privileges.join(", ") };
        report({ at: operation.head, message: "member", data });
        return;
      }
      const schemas = `all of schema ${operation.inSchemas.join(", ")}`;
      const object = takesAll ? "everything" : (names.objectText() ?? schemas);
      const data = { role: roles.join(", "), privileges: operation.privileges.join(", "), object };
      report({ at: operation.head, message: "revoked", data });
    },
    changeOwner({ operation, scope, dependents: { objectMadeHere }, names: { objectText } }, { report }) {
      const object = objectText();
      if (object === undefined || scope.first || objectMadeHere()) return;
      report({ at: operation.head, message: "owner", data: { object, owner: operation.owner } });
    },
  },
});

/** Nothing runs as a role that this migration creates. */
const isNew = (step: Step<"grant">, role: string): boolean =>
  step.earlier().some(({ operation: one }) => {
    if (one.kind !== "createObject" || one.object !== "role") return false;
    return one.name?.name === role || one.name?.text === role;
  });

/** REVOKE ALL, then GRANT what is needed, is the usual way to write a list of privileges. */
const grantsAgain = (
  { later, names: { objectText }, operation: { inSchemas, relations } }: Step<"grant">,
  role: string,
): boolean =>
  later().some((other) => {
    const { operation } = other;
    return (
      isGrant(operation) &&
      operation.grantees.includes(role) &&
      (relations.length > 1
        ? relations.every(({ text }) => operation.relations.some((own) => own.text === text))
        : other.names.objectText() === objectText() ||
          operation.relations.some(({ text }) => text === relations[0]?.text)) &&
      operation.inSchemas.join() === inSchemas.join()
    );
  });

const isGrant = (operation: Step["operation"]): operation is Grant =>
  operation.kind === "grant" && !operation.revoke;
