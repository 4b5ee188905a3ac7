import { blocks, defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "mixed-schema-and-data",
  category: "data",
  severity: "warning",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["backfill-without-batches", "update-without-where", "delete-without-where"],
  assumes: "many rows",
  docs: {
    summary: "A migration changes the schema of an existing table and also rows.",
    why: "In one transaction, the locks of the schema change are held until the rows are changed. Without one, as always on MySQL and MariaDB, a failure leaves the migration half applied. Row changes also need batches, and a different rollback.",
    instead:
      "Write a migration for each, in the order in which they are needed: a new column, then its values, then `NOT NULL`.",
    exceptions: [
      "the first migration",
      "rows of a table that this migration creates, unless the option `seedsOfNewTables` is off",
      "at most 100 rows of `VALUES`, in a loop as well if it goes over a JSON or an array that the migration writes, and rows that `UPDATE`, `DELETE` or `INSERT … SELECT` chooses by the values of unique keys, unless the option `fewRows` is off",
      "the table in which the migrations record themselves",
      "`DROP TABLE IF EXISTS` of a scratch table that this migration then creates",
      "PostgreSQL: rows written into a table that TRUNCATE has emptied before, where the schema changes lock no other table",
      "`TRUNCATE`, `COPY … TO`, and attaching or detaching partitions",
      "`ADD COLUMN IF NOT EXISTS` of an existing column, and other statements that change nothing",
      "`REINDEX`, `CLUSTER` and other statements that only rebuild what is stored",
      "on PostgreSQL, schema changes that make neither reads nor writes wait, such as `CREATE INDEX CONCURRENTLY`",
    ],
  },
  messages: {
    mixed: "changes rows of {{table}} in the migration that also alters {{altered}}",
    referenced: "changes rows of {{table}} in the migration whose new table's foreign key locks {{altered}}",
  },
  options: {
    seedsOfNewTables: {
      default: true,
      description: "Allow row changes in tables that the same migration creates.",
    },
    fewRows: {
      default: true,
      description: "Allow rows written out in the migration, and changes of rows chosen by a unique key.",
    },
  },
  on: {
    migration({ steps, first, isTracking }, { report, options }) {
      if (first) return;
      const found = steps.filter(altersExisting);
      const altered = found.find((one) => !onlyRefersTo(one)) ?? found[0];
      const change = steps.filter(changesRows).find(({ table, madeHere, values }) => {
        if (table === undefined || madeHere(table)) return table === undefined || !options.seedsOfNewTables;
        return !(options.fewRows && values.fewRows()) && !isTracking(table) && !values.fillsLocked(found);
      });
      if (altered === undefined || change === undefined) return;
      const lock = altered.effects.locks.find(({ relation }) => !altered.madeHere(relation))?.relation;
      const table = change.table === undefined ? "" : change.show(change.table);
      report({
        at: change.operation.head,
        message: onlyRefersTo(altered) ? "referenced" : "mixed",
        data: { table, altered: altered.show(lock ?? altered.locks.metadataLock() ?? "a table") },
        instead: insteadFor(steps, change),
        related: [{ at: altered.operation.head, message: "the schema change" }],
        step: change,
      });
    },
  },
});
/** A new table's foreign key locks the table that it refers to, when it comes and when it goes. */
const onlyRefersTo = ({ operation, madeHere }: Step): boolean =>
  (operation.kind === "addForeignKey" || operation.kind === "dropTable") && madeHere(operation.table);

/** In the order of the file: a column comes before its values, and constraints come after them. */
function insteadFor(steps: readonly Step[], change: Step): string {
  const at = steps.indexOf(change);
  const isBefore = steps.slice(0, at).some(altersExisting);
  if (isBefore && steps.slice(at + 1).some(altersExisting))
    return "Write three migrations: the schema changes before the row changes, the row changes, the schema changes after them.";
  const [first, then] = isBefore ? ["schema change", "row changes"] : ["row changes", "schema change"];
  return `Write two migrations: the ${first} first, then the ${then}.`;
}

const changesRows = ({ operation: op, changes }: Step): boolean =>
  changes === "rows" && op.kind !== "truncateTable" && !(op.kind === "copyRows" && op.direction === "to");

/** Moving rows belongs to ATTACH and DETACH of partitions, and switching triggers to filling a table. */
const belongsToRows = new Set(["attachPartition", "detachPartition", "setTriggerState"]);

/** DDL that makes reads or writes of an existing table wait. */
const altersExisting = ({ operation, changes, effects, madeHere, locks, skipped }: Step): boolean =>
  !skipped &&
  !["rows", "nothing", "storage"].includes(changes) &&
  !belongsToRows.has(operation.kind) &&
  !locks.clearsScratch() &&
  (locks.metadataLock() !== undefined ||
    effects.locks.some(({ mode, relation }) => blocks(mode) !== "nothing" && !madeHere(relation)));
