import { defineRule, recipes } from "../src/lint/rule.ts";

/** What ALL holds beyond the everyday. */
const more: ReadonlyMap<string, string> = new Map(
  Object.entries({
    table: "TRUNCATE, TRIGGER and REFERENCES",
    schema: "CREATE",
    database: "CREATE",
  }),
);

/** They have it anyway. */
const privileged = ["postgres", "service_role", "supabase_admin", "rds_superuser", "cloudsqlsuperuser"];
const itself = ["current_user", "current_role", "session_user"];

export default defineRule({
  id: "grant-all",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "A role is granted ALL on tables, a schema or a database.",
    why: "ALL holds more than reading and writing: TRUNCATE, triggers that run as others, new objects in the schema; and a later server may add to it (MAINTAIN in 17).",
    instead: "Name what the application does: `SELECT, INSERT, UPDATE, DELETE`.",
  },
  messages: { all: "{{grantees}} gets {{more}}, too" },
  options: { privileged: { default: privileged, description: "Roles that may be granted ALL." } },
  on: {
    grant({ operation, scope: { history } }, { report, options }) {
      const { object, privileges, grantees, revoke } = operation;
      const extra = more.get(object);
      // GRANT … TO PUBLIC has a rule of its own.
      if (revoke || extra === undefined || !privileges.includes("ALL") || grantees.includes("public")) return;
      const most = [...itself, ...(history.webRoles ?? [])];
      const given = grantees.filter((role) => ![...options.privileged, ...most].includes(role));
      if (given.length === 0) return;
      report({
        at: operation.head,
        message: "all",
        data: { grantees: given.join(", "), more: extra },
        instead: recipes.grantRows(operation.relations, given),
      });
    },
  },
});
