import { blocks, defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "mixed-schema-and-data",
  category: "data",
  severity: "warning",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "One migration changes the schema of an existing table and its data.",
    why: "In one transaction the locks of the schema change are held until the data is changed; without one, as always in MySQL, a failure leaves the half of it. Data changes also want batches, and another way back.",
    instead: "Two migrations: the schema change first, the data in one that comes after it.",
  },
  messages: { mixed: "changes rows of {{table}} in the migration that also alters {{altered}}" },
  options: {
    seedsOfNewTables: { default: true, description: "Allow a migration to fill the tables that it creates." },
  },
  on: {
    migration({ steps, first, isTracking }, { report, options }) {
      // The first migration is the documented exception: it makes the schema and its seed rows.
      if (first) return;
      const altered = steps.find(altersExisting);
      const change = steps.filter(changesRows).find(({ table, madeHere }) => {
        if (table === undefined) return true;
        return !(options.seedsOfNewTables && madeHere(table)) && !isTracking(table);
      });
      if (altered === undefined || change === undefined) return;
      const lock = altered.effects.locks.find(({ relation }) => !altered.madeHere(relation))?.relation;
      report({
        at: change.operation.head,
        message: "mixed",
        data: {
          table: change.table === undefined ? "" : change.show(change.table),
          altered: altered.show(lock ?? altered.metadataLock() ?? "a table"),
        },
        related: [{ at: altered.operation.head, message: "the schema change" }],
      });
    },
  },
});

const changesRows = ({ operation, changes }: Step): boolean =>
  changes === "rows" &&
  operation.kind !== "truncateTable" &&
  !(operation.kind === "copyRows" && operation.direction === "to");

/** Moving rows belongs to ATTACH and DETACH of partitions, and switching triggers to filling a table. */
const belongsToRows = new Set(["attachPartition", "detachPartition", "setTriggerState"]);

/** DDL that makes the users of a table which is not new wait. */
const altersExisting = ({ operation, changes, effects, madeHere, metadataLock }: Step): boolean =>
  changes !== "rows" &&
  changes !== "nothing" &&
  !belongsToRows.has(operation.kind) &&
  (metadataLock() !== undefined ||
    effects.locks.some(({ mode, relation }) => blocks(mode) !== "nothing" && !madeHere(relation)));
