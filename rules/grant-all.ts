import { defineRule, recipes, type PerFamily, type Relation } from "../src/lint/rule.ts";

/** What ALL includes besides reading and writing rows. */
const more: PerFamily<ReadonlyMap<string, string>> = {
  postgres: new Map(
    Object.entries({
      table: "TRUNCATE, TRIGGER and REFERENCES",
      schema: "CREATE",
      database: "CREATE",
    }),
  ),
  mongodb: new Map(),
  mysql: new Map(
    Object.entries({
      table: "DROP, ALTER and TRIGGER",
      schema: "DROP, ALTER and TRIGGER",
      database: "DROP, ALTER and TRIGGER",
    }),
  ),
};

/** PostgreSQL: what an application needs of objects that have no rows. */
const needed = new Map(Object.entries({ schema: "USAGE", database: "CONNECT" }));

/** They have these privileges anyway. */
const privileged = ["postgres", "service_role", "supabase_admin", "rds_superuser", "cloudsqlsuperuser"];
const itself = ["current_user", "current_role", "session_user"];

export default defineRule({
  id: "grant-all",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A role is granted ALL on tables, a schema or a database.",
    why: "ALL includes more than reading and writing: TRUNCATE, triggers that run with other users' rights, new objects in the schema. A later server version may add to it (PostgreSQL 17: MAINTAIN).",
    instead: "Grant what the application needs: `SELECT, INSERT, UPDATE, DELETE`.",
    exceptions: [
      "the roles of the option `privileged`, and `CURRENT_USER`",
      "the role that the project's settings name for the migrations themselves (`spring.datasource.username`, `POSTGRES_USER`): what they make is its own",
      "`anon` and `authenticated` in a Supabase project: a folder of its tool's, policies that call `auth.uid()`, or a package that depends on its client",
      "PUBLIC, which `grant-to-public` reports",
      "the owner of the table, and a materialized view, where nothing but SELECT matters",
      "sequences, functions and other objects",
    ],
  },
  messages: { all: "ALL also gives {{grantees}} {{more}}" },
  options: { privileged: { default: privileged, description: "Roles that may have ALL." } },
  on: {
    grant({ operation, before, security, scope: { history } }, { report, options }) {
      const { object, privileges, grantees, revoke } = operation;
      const extra = more[before.family].get(object);
      // `grant-to-public` reports PUBLIC.
      if (revoke || extra === undefined || !privileges.includes("ALL") || grantees.includes("public")) return;
      const most = [...itself, ...security.platformRoles(), ...(history.logins ?? [])];
      const named = operation.relations.map((relation) => before.relation(relation));
      const all = (is: (relation: Relation) => boolean): boolean =>
        named.length > 0 && named.every((found) => found.is === "present" && is(found.value));
      if (all(({ kind }) => kind === "materialized view")) return;
      const given = grantees.filter(
        (role) => ![...options.privileged, ...most].includes(role) && !all(({ owner }) => owner === role),
      );
      if (given.length === 0) return;
      const use = before.family === "postgres" ? needed.get(object) : undefined;
      report({
        at: operation.head,
        message: "all",
        data: { grantees: given.join(", "), more: extra },
        instead: use
          ? `Grant what the application needs: \`${use}\`.`
          : recipes.grantRows(operation.relations, given),
      });
    },
  },
});
