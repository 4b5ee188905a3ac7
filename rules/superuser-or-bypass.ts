import { defineRule } from "../src/lint/rule.ts";

/** Attributes of a role that pass by all privileges, and what they give. */
const attributes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    SUPERUSER: "passes by every check of privileges",
    BYPASSRLS: "passes by every policy",
    REPLICATION: "may copy every database of the server",
  }),
);

/** Roles whose members can do as much. */
const roles: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pg_execute_server_program: "runs programs on the server",
    pg_read_server_files: "reads every file of the server's user",
    pg_write_server_files: "writes every file of the server's user",
    postgres: "passes by every check of privileges",
    rds_superuser: "may do nearly everything",
    cloudsqlsuperuser: "may do nearly everything",
    azure_pg_admin: "may do nearly everything",
  }),
);

export default defineRule({
  id: "superuser-or-bypass",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A role gets SUPERUSER, BYPASSRLS, REPLICATION, or a role that is as strong.",
    why: "Privileges and policies no longer hold for it: a mistake in the application that uses it opens the whole server.",
    instead: "Grant what it needs: privileges on objects, `pg_read_all_data`, `pg_monitor`.",
  },
  messages: { strong: "{{role}} {{power}}" },
  on: {
    operation({ operation }, { report }) {
      if (operation.kind === "createObject" || operation.kind === "alterObject") {
        if (operation.object !== "role") return;
        const role = operation.name?.text ?? "";
        for (const option of operation.options) {
          const power = attributes.get(option);
          if (power !== undefined) report({ at: operation.head, message: "strong", data: { role, power } });
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
