import { defineRule } from "../src/lint/rule.ts";

/** PUBLIC has these by default: EXECUTE on functions, USAGE on languages and types. */
const publicAnyway = new Set(["function", "procedure", "routine", "aggregate", "type", "domain", "language"]);
/** And these on a database: all that there is, but CREATE. */
const ofDatabase = new Set(["CONNECT", "TEMP", "TEMPORARY"]);

export default defineRule({
  id: "grant-to-public",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mariadb"],
  endsWithTable: true,
  docs: {
    summary: "A privilege is granted to PUBLIC (on MariaDB since 10.11).",
    why: "PUBLIC means every role, including those of other applications and those created later. REVOKE from one of these roles doesn't take the privilege away.",
    instead: "Grant it to the roles that need it, or to one group role that they belong to.",
    exceptions: [
      "functions, procedures, types, domains and languages, which PUBLIC may use by default",
      "USAGE on the schema `public`, and CONNECT and TEMPORARY on a database, which PUBLIC has by default",
    ],
  },
  messages: { everybody: "every role, now and later, gets {{privileges}} on {{object}}" },
  on: {
    grant({ operation, before, names: { objectText }, show }, { report }) {
      const { object, name, relations, privileges, inSchemas, defaults } = operation;
      if (operation.revoke || !operation.grantees.includes("public") || publicAnyway.has(object)) return;
      // The defaults of a new database.
      if (object === "schema" && name?.name === "public" && privileges.join() === "USAGE") return;
      if (object === "database" && privileges.every((one) => ofDatabase.has(one))) return;
      const [first] = relations;
      const what =
        first !== undefined
          ? show(first)
          : before.family === "mysql"
            ? (objectText() ?? `all of ${inSchemas.join(", ")}`)
            : defaults || inSchemas.length > 0
              ? `all ${object}s`
              : `${object} ${name?.text ?? ""}`;
      const data = { privileges: privileges.join(", "), object: what };
      report({ at: operation.head, message: "everybody", data });
    },
  },
});
