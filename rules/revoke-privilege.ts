import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "revoke-privilege",
  category: "compatibility",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  endsWithTable: true,
  docs: {
    summary: "`REVOKE` from a role, or `OWNER TO`, on an existing object.",
    why: "The running application that connects as that role is refused from this moment on (42501; MySQL and MariaDB 1142, 1044). With a new owner, the old owner also loses the right to alter and drop the object. A `REVOKE` of columns (`REVOKE SELECT (email)`) only undoes a `GRANT` of columns: whoever has the privilege on the whole table keeps it, also on these columns (MySQL and MariaDB refuse it: 1147).",
    instead: "First deploy the version that doesn't need the privilege.",
    exceptions: [
      "`REVOKE … FROM PUBLIC`",
      "what an earlier `REVOKE` has taken away already, unless a `GRANT` has given it back or the object is a new one",
      "a `REVOKE` in a migration that later grants privileges on the same object to the same role",
      "`ALTER DEFAULT PRIVILEGES`, which concerns future objects only",
      "an object that this migration, or another pending one, creates",
      "a role that this migration creates, and a new owner of which it has made `CURRENT_USER` a member",
      "a function of triggers, which nobody can call, and which a trigger runs without the privilege",
      "the first migration of a history",
    ],
  },
  messages: {
    columns: "changes nothing for a role with {{privileges}} on the whole of {{object}}: {{role}}",
    revoked: "{{role}} {{loses}} {{privileges}} on {{object}}: a running application with that role fails",
    member: "{{role}} {{loses}} the privileges of {{privileges}}: a running application with that role fails",
    owner: "{{object}} now belongs to {{owner}}: the old owner can no longer alter it",
  },
  on: {
    grant(step, { report }) {
      const { operation, scope, dependents, names } = step;
      if (!operation.revoke || operation.defaults || scope.first || dependents.objectMadeHere()) return;
      const roles = operation.grantees.filter(
        (role) => role !== "public" && !losesNothing(step, role) && !grantsAgain(step, role),
      );
      if (roles.length === 0) return;
      // MySQL: REVOKE ALL PRIVILEGES, GRANT OPTION FROM bob.
      const takesAll = operation.object === "role" && operation.privileges.includes("ALL");
      const [at, role] = [operation.head, roles.join(" and ")];
      const loses = roles.length > 1 ? "lose" : "loses";
      const privileges = operation.privileges.join(", ");
      if (operation.object === "role" && !takesAll) {
        report({ at, message: "member", data: { role, loses, privileges } });
        return;
      }
      const schemas = `all of schema ${operation.inSchemas.join(", ")}`;
      const object = takesAll ? "everything" : (names.objectText() ?? schemas);
      const data = { role, privileges, object };
      if (operation.columns === undefined) report({ at, message: "revoked", data: { ...data, loses } });
      else report({ at, message: "columns", severity: "warning", data, instead: byColumns });
    },
    changeOwner({ operation, scope, dependents, names, security }, { report }) {
      const object = names.objectText();
      if (object === undefined || scope.first || dependents.objectMadeHere() || security.staysOwner()) return;
      report({ at: operation.head, message: "owner", data: { object, owner: operation.owner } });
    },
  },
});

const byColumns =
  "Revoke the privilege on the whole table, and grant it on the columns that the role keeps: `REVOKE SELECT ON orders FROM app; GRANT SELECT (id, status) ON orders TO app;`. First deploy the version that reads no other column, and no `*`.";

/** Nothing runs as a role that this migration creates. */
const losesNothing = ({ earlier, security }: Step<"grant">, role: string): boolean =>
  security.takesNothing(role) ||
  earlier().some(({ operation: one }) => {
    const name = one.kind === "createObject" && one.object === "role" ? one.name : undefined;
    return name?.name === role || name?.text === role;
  });

/** REVOKE ALL, then GRANT what is needed, is the usual way to write a list of privileges. */
const grantsAgain = (
  { later, names: { objectText }, operation: { inSchemas, relations } }: Step<"grant">,
  role: string,
): boolean =>
  later().some((other) => {
    const { operation } = other;
    return (
      operation.kind === "grant" &&
      !operation.revoke &&
      operation.grantees.includes(role) &&
      (relations.length > 1
        ? relations.every(({ text }) => operation.relations.some((own) => own.text === text))
        : other.names.objectText() === objectText() ||
          operation.relations.some(({ text }) => text === relations[0]?.text)) &&
      operation.inSchemas.join() === inSchemas.join()
    );
  });
