import { defineRule } from "ddlint/rule";

export default defineRule({
  id: "table-without-created-at",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A new table has no column `created_at` at the end of its migration.",
    why: "Exports to the warehouse read new rows by `created_at`, and support looks for them by it.",
    instead: "`created_at timestamptz NOT NULL DEFAULT now()`.",
  },
  messages: { missing: "{{table}} has no created_at: exports can't find its new rows" },
  options: {
    except: { default: ["schema_migrations"], description: "Names of tables that need no `created_at`." },
  },
  // The table is new and empty, so this neither waits nor rewrites anything.
  recipe: ({ table, show }) =>
    table && `ALTER TABLE ${show(table)} ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();`,
  on: {
    migration({ created }, { report, options }) {
      for (const { table, step } of created()) {
        if (table.kind !== "table" || table.temporary || table.partitionOf) continue;
        if (options.except.includes(table.name)) continue;
        // A table LIKE or INHERITS another one may have columns that nobody knows of.
        if (!table.complete || table.columns.some(({ name }) => name === "created_at")) continue;
        report({ at: step.operation.head, message: "missing", data: { table: step.show(table.key) }, step });
      }
    },
  },
});
