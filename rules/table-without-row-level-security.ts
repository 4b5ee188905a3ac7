import { defineRule, laterRelation, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-row-level-security",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A table in an exposed schema of a Supabase project has no row security.",
    why: "Supabase's web API serves the schema `public` to everybody who has the anonymous key, which every browser receives: they can read and write the whole table. On tables made since 30 October 2026, and since 30 May 2026 in new projects, the API's roles have no privileges until a GRANT gives them some: a note, unless the migration grants them.",
    instead:
      "Write `ALTER TABLE … ENABLE ROW LEVEL SECURITY;` and policies for those who read or write it in the same migration, as without one they find it empty; or create the table in another schema.",
    exceptions: [
      "projects that don't use Supabase; a warning where another tool runs the migrations, the project depends on a client of Supabase, and its settings or README name an address of a database there",
      "tables of other schemas, temporary tables, views and foreign tables",
      "a table that a later migration drops, moves or gives row security",
      "a migration with SQL that isn't known before it runs (`EXECUTE`), which may enable row security",
    ],
  },
  messages: {
    open: "{{table}} can be read and written by everybody who has the anonymous key",
    closed: "{{table}} has no row security: with a GRANT to {{roles}}, its rows are everybody's",
  },
  options: { schemas: { default: ["public"], description: "Schemas that the web API exposes." } },
  on: {
    migration({ history, created, steps, isExposed }, { report, options }) {
      // EXECUTE may enable it for all of them.
      if (history.web === undefined || steps.some(({ operation }) => operation.kind === "executeDynamic"))
        return;
      for (const { table, step } of created()) {
        if (table.kind !== "table" || table.temporary || !options.schemas.includes(table.schema)) continue;
        if (table.rowSecurity.enabled) continue;
        const about = {
          at: step.operation.head,
          instead: recipes.enableRowSecurity(step, table),
          repaired(end: Step["after"]) {
            const later = laterRelation(end, table);
            return later?.rowSecurity.enabled !== false || !options.schemas.includes(later.schema);
          },
        };
        const [name, roles] = [step.show(table.key), history.web.roles.join(" and ")];
        const severity = history.web.isBeside === true ? "warning" : undefined;
        if (isExposed(table)) report({ ...about, message: "open", severity, data: { table: name } });
        else report({ ...about, message: "closed", severity: "note", data: { table: name, roles } });
      }
    },
  },
});
