import {
  defineRule,
  laterRelation,
  needsNoKey,
  recipes,
  type Relation,
  type Step,
} from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-primary-key",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "A permanent table has no primary key at the end of the migration that creates it.",
    why: "Rows can't be identified one by one. On PostgreSQL, logical replication refuses UPDATE and DELETE; on MySQL and MariaDB, row-based replication reads the whole table for each. Tools such as pg_repack, gh-ost and pt-online-schema-change refuse the table, and duplicates can't be distinguished.",
    instead: {
      postgres: "Add `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`, or declare the natural key.",
      mysql: "Add `id BIGINT AUTO_INCREMENT PRIMARY KEY`, or declare the natural key.",
    },
    exceptions: [
      "temporary, unlogged and foreign tables, and partitions",
      "a PostgreSQL table partitioned by an expression, which can't have one",
      "on MySQL and MariaDB, a table with a UNIQUE key of NOT NULL columns, which a later migration may add, too",
      "a table that the same or a later migration drops or gives a primary key",
      "a note: a unique index of columns that are never NULL, or of several that tie rows of other tables together; none, if a later migration adds the index",
      "a hypertable of TimescaleDB",
      "a table of one column `next_val`, such as `hibernate_sequence`: its one row is a counter",
      "a table whose columns aren't all known, such as a copy of an unknown table",
      "a table that takes the name of an existing one",
    ],
  },
  messages: { missing: "{{table}} has no primary key" },
  on: {
    migration({ created, before, after, isTracking, isPlaceholder }, { report }) {
      for (const { table, step, isWhole } of created()) {
        if (
          table.kind !== "table" ||
          table.temporary ||
          table.unlogged ||
          !isWhole ||
          table.partitionOf !== undefined ||
          isTracking(table.key) ||
          needsNoKey(table, before.family === "postgres")
        )
          continue;
        // `id ${serialKey}` may say PRIMARY KEY.
        if (isSettled(table) || definitionsOf(step).some(({ type }) => isPlaceholder(type.name))) continue;
        if (before.relation(table.key).is === "present" || namesRows(after, table)) continue;
        report({
          at: step.operation.head,
          message: "missing",
          data: { table: step.show(table.key) },
          instead: recipes.newKey(step, table),
          severity: keepsApart(after, table) ? "note" : undefined,
          impliedBy: recipes.ignoresKey(step, table) ? { rule: "changelog-key-ignored" } : undefined,
          step,
          repaired: (end) => {
            const later = laterRelation(end, table);
            if (later === undefined || isSettled(later) || namesRows(end, later)) return true;
            return !keepsApart(after, table) && keepsApart(end, later);
          },
        });
      }
    },
  },
});

const definitionsOf = ({ operation }: Step) => (operation.kind === "createTable" ? operation.columns : []);

/** A unique index keeps rows apart, though it isn't the key. */
const keepsApart = (schema: Step["after"], table: Relation): boolean =>
  schema.indexesOn(table.key).some((index) => recipes.keepsRowsApart(index, table));

const isSettled = ({ hypertable, constraints }: Relation): boolean =>
  hypertable === true || constraints.some(({ kind }) => kind === "primary key");

/** MySQL uses a unique index over whole columns that are never NULL if there is no primary key. */
const namesRows = (schema: Step["after"], { key, columns }: Relation): boolean =>
  schema.family === "mysql" &&
  schema
    .indexesOn(key)
    .some(
      ({ unique, elements }) =>
        unique &&
        elements.every(
          ({ column, length }) =>
            length === undefined && columns.some(({ name, notNull }) => name === column && notNull === "yes"),
        ),
    );
