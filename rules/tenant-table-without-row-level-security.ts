import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "tenant-table-without-row-level-security",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A new table has the column of the tenant by which other tables are secured, and no row security.",
    why: "Where policies compare `tenant_id` with a setting of the session, queries of the application rely on them. On a table without row security the same query reads and writes the rows of all tenants.",
    instead:
      "Write `ALTER TABLE … ENABLE ROW LEVEL SECURITY;` and the policy of the other tables in the same migration. If the table is open on purpose, state that in a comment (`No row level security: …`).",
    exceptions: [
      "fewer than three tables of the schema with such a policy, or as many older ones without",
      "a column that can be NULL",
      "tables that are read before the tenant is known: by their names those of users, members, sessions, tokens and keys, and tables that hold passwords, tokens or keys",
      "partitions, tables that inherit, and temporary tables",
      "a table that a later migration drops, renames or gives row security",
      "a migration with a comment that some table does without row level security, or with SQL that isn't known before it runs (`EXECUTE`)",
      "projects on Supabase: see `table-without-row-level-security`",
    ],
  },
  messages: {
    open: "{{table}} has no row security, but {{count}} other tables show only the rows of one {{column}}",
  },
  on: {
    migration({ openTenantTables }, { report }) {
      for (const found of openTenantTables()) {
        const { table, step, column, guarded, isGone } = found;
        report({
          at: step.operation.head,
          message: "open",
          data: { table: step.show(table.key), count: `${guarded}`, column },
          instead: recipes.policyOfSisters(step, found),
          repaired: isGone,
        });
      }
    },
  },
});
