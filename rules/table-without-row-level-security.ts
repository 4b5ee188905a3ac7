import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-row-level-security",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "In a Supabase project a table of an exposed schema has no row security.",
    why: "The project's web interface serves the schema `public` to everybody who has the anonymous key, which every browser gets: they read and write the whole table.",
    instead:
      "`ALTER TABLE … ENABLE ROW LEVEL SECURITY;` and policies in the same migration, or another schema.",
  },
  messages: { open: "{{table}} can be read and written by everybody who has the anonymous key" },
  options: { schemas: { default: ["public"], description: "Schemas whose tables clients can reach." } },
  on: {
    migration({ history, created, steps }, { report, options }) {
      // EXECUTE may switch it on for all of them.
      if (
        history.webRoles === undefined ||
        steps.some(({ operation }) => operation.kind === "executeDynamic")
      )
        return;
      for (const { table, step } of created()) {
        if (table.kind !== "table" || table.temporary || !options.schemas.includes(table.schema)) continue;
        if (table.rowSecurity.enabled) continue;
        report({
          at: step.operation.head,
          message: "open",
          data: { table: step.show(table.key) },
          instead: recipes.enableRowSecurity(step, table.key),
        });
      }
    },
  },
});
