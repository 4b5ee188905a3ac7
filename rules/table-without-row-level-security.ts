import { defineRule, laterRelation, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-row-level-security",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A table in an exposed schema of a Supabase project has no row security.",
    why: "Supabase's web API serves the schema `public` to everybody who has the anonymous key, which every browser receives: they can read and write the whole table.",
    instead:
      "Write `ALTER TABLE … ENABLE ROW LEVEL SECURITY;` and policies for those who read or write it in the same migration, as without one they find it empty; or create the table in another schema.",
    exceptions: [
      "projects that don't use Supabase; a warning where another tool runs the migrations, the project depends on a client of Supabase, and its settings or README name an address of a database there",
      "tables of other schemas, temporary tables, views and foreign tables",
      "a table that a later migration drops, moves or gives row security",
      "a migration with SQL that isn't known before it runs (`EXECUTE`), which may enable row security",
    ],
  },
  messages: { open: "{{table}} can be read and written by everybody who has the anonymous key" },
  options: { schemas: { default: ["public"], description: "Schemas that the web API exposes." } },
  on: {
    migration({ history, created, steps }, { report, options }) {
      // EXECUTE may enable it for all of them.
      if (history.web === undefined || steps.some(({ operation }) => operation.kind === "executeDynamic"))
        return;
      for (const { table, step } of created()) {
        if (table.kind !== "table" || table.temporary || !options.schemas.includes(table.schema)) continue;
        if (table.rowSecurity.enabled) continue;
        report({
          at: step.operation.head,
          message: "open",
          severity: history.web.isBeside === true ? "warning" : undefined,
          data: { table: step.show(table.key) },
          instead: recipes.enableRowSecurity(step, table),
          repaired(end) {
            const later = laterRelation(end, table);
            return later?.rowSecurity.enabled !== false || !options.schemas.includes(later.schema);
          },
        });
      }
    },
  },
});
