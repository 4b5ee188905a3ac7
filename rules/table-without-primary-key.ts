import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-primary-key",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A permanent table has no primary key at the end of the migration that creates it.",
    why: "Rows can't be named one by one: logical replication refuses UPDATE and DELETE, tools such as pg_repack refuse the table, and duplicates can't be told apart.",
    instead: "`id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, or the natural key.",
  },
  messages: { missing: "{{table}} has no primary key" },
  on: {
    migration({ created, before }, { report }) {
      for (const { table, step } of created()) {
        if (
          table.kind !== "table" ||
          table.temporary ||
          table.unlogged ||
          !table.complete ||
          table.partitionOf !== undefined
        )
          continue;
        if (table.constraints.some(({ kind }) => kind === "primary key")) continue;
        if (before.relation(table.key).is === "present") continue;
        report({ at: step.operation.head, message: "missing", data: { table: step.show(table.key) } });
      }
    },
  },
});
