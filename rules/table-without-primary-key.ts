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
    migration({ created, steps, before }, { report }) {
      for (const table of created()) {
        if (
          table.kind !== "table" ||
          table.temporary ||
          table.unlogged ||
          !table.complete ||
          table.partitionOf !== undefined
        )
          continue;
        if (table.constraints.some(({ kind }) => kind === "primary key")) continue;
        const made = steps.find(
          ({ operation, after }) =>
            operation.kind === "createTable" && after.resolve(operation.table) === table.key,
        );
        const at = made?.operation.head ?? table.origin?.span;
        if (at === undefined || before.relation(table.key).is === "present") continue;
        report({ at, message: "missing", data: { table: made?.show(table.key) ?? table.name } });
      }
    },
  },
});
