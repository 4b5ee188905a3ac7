import { defineRule, type Index, type Relation } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-primary-key",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A permanent table has no primary key at the end of the migration that creates it.",
    why: "Rows can't be named one by one: logical replication refuses UPDATE and DELETE (row-based replication of MySQL reads the whole table for each), tools such as pg_repack, gh-ost and pt-online-schema-change refuse the table, and duplicates can't be told apart. In MySQL and MariaDB a UNIQUE key of NOT NULL columns does as well.",
    instead: {
      postgres: "`id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, or the natural key.",
      mysql: "`id BIGINT AUTO_INCREMENT PRIMARY KEY`, or the natural key.",
    },
  },
  messages: { missing: "{{table}} has no primary key" },
  on: {
    migration({ created, before, after }, { report }) {
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
        if (before.family === "mysql" && after.indexesOn(table.key).some((index) => namesRows(index, table)))
          continue;
        report({ at: step.operation.head, message: "missing", data: { table: step.show(table.key) }, step });
      }
    },
  },
});

/** Unique over whole columns that are never NULL: what the server takes where there is no primary key. */
const namesRows = ({ unique, elements }: Index, { columns }: Relation): boolean =>
  unique &&
  elements.every(
    ({ column, length }) =>
      length === undefined && columns.some(({ name, notNull }) => name === column && notNull === "yes"),
  );
