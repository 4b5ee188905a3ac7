import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "nullable-boolean",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A `boolean` column may be NULL at the end of the migration that makes it.",
    why: "It has three values: `WHERE NOT active` finds no row whose `active` is NULL, and neither does `WHERE active`.",
    instead: "`boolean NOT NULL DEFAULT false`.",
  },
  messages: { three: "{{column}} may be NULL: neither it nor its NOT finds such a row" },
  on: {
    operation({ operation, writtenTypes, migration, show }, { report }) {
      if (operation.kind === "changeColumnType") return;
      for (const { table, column, type } of writtenTypes()) {
        if (type.name !== "boolean" || type.dimensions > 0) continue;
        const found = migration.after.column(table, column);
        if (found.is !== "present" || found.value.notNull !== "no" || found.value.generated) continue;
        report({ at: type.span, message: "three", data: { column: show(table, column) } });
      }
    },
  },
});
