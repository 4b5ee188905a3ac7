import { defineRule } from "../src/lint/rule.ts";

/** Attributes of a role that bypass privileges, and what they allow. */
const attributes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    SUPERUSER: "bypasses all privilege checks",
    BYPASSRLS: "bypasses all row security policies",
    REPLICATION: "can copy every database of the server",
  }),
);

/** Roles whose members can do just as much. */
const roles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pg_execute_server_program: "can run programs on the server",
    pg_read_server_files: "can read every file that the server can",
    pg_write_server_files: "can write every file that the server can",
    postgres: "bypasses all privilege checks",
    rds_superuser: "can do nearly everything",
    cloudsqlsuperuser: "can do nearly everything",
    azure_pg_admin: "can do nearly everything",
  }),
);

export default defineRule({
  id: "superuser-or-bypass",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A role gets SUPERUSER, BYPASSRLS, REPLICATION, or a role that is as powerful.",
    why: "Privileges or policies no longer restrict the role: a mistake in the application that uses it exposes the whole server.",
    instead: "Grant only what it needs: privileges on objects, `pg_read_all_data`, `pg_monitor`.",
    exceptions: [
      "attributes that are taken away (`NOSUPERUSER`), and `REVOKE`",
      "`LOGIN`, `CREATEDB`, `CREATEROLE`",
      "membership in a custom role, whatever that role may do",
    ],
  },
  messages: { strong: "{{role}} {{power}}" },
  on: {
    operation({ operation }, { report }) {
      if (operation.kind === "createObject" || operation.kind === "alterObject") {
        if (operation.object !== "role") return;
        const role = operation.name?.text ?? "";
        for (const option of operation.options) {
          const power = attributes.get(option);
          if (power === undefined) continue;
          report({
            at: operation.head,
            message: "strong",
            data: { role, power },
            instead: insteadOf(option, role),
          });
        }
      } else if (operation.kind === "grant" && operation.object === "role" && !operation.revoke) {
        const role = operation.grantees.join(", ");
        for (const granted of operation.privileges) {
          const power = roles.get(granted);
          if (power !== undefined) report({ at: operation.span, message: "strong", data: { role, power } });
        }
      }
    },
  },
});

function insteadOf(option: string, role: string): string | undefined {
  switch (option) {
    case "BYPASSRLS":
      return `Give it a policy on each table that it needs: \`CREATE POLICY … ON … TO ${role} USING (true)\`.`;
    case "REPLICATION":
      return "If something subscribes to changes, give it a role of its own: `CREATE ROLE … LOGIN REPLICATION` and SELECT on the published tables. Whoever runs the server creates it, as migrations seldom may (on a managed server, its console does).";
    default:
      return undefined;
  }
}
