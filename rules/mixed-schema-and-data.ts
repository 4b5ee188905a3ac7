import { blocks, defineRule, type QualifiedName, type Step } from "../src/lint/rule.ts";

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
    defaults: { seedsOfNewTables: true },
    schema: (z) => z.strictObject({ seedsOfNewTables: z.boolean().optional() }),
  },
  on: {
    migration({ steps, first, isTracking }, { report, options }) {
      // The first migration is the documented exception: it makes the schema and its seed rows.
      if (first) return;
      const altered = steps.find(altersExisting);
      const change = steps.find(
        (step) =>
          changesRows(step) && !(options.seedsOfNewTables && isNew(step)) && !isTracked(step, isTracking),
      );
      if (altered === undefined || change === undefined) return;
      const lock = altered.effects.locks.find(({ relation }) => !altered.madeHere(relation))?.relation;
      report({
        at: change.operation.head,
        message: "mixed",
        data: {
          table: tableName(change),
          altered: altered.show(lock ?? altered.metadataLock() ?? "a table"),
        },
        related: [{ at: altered.operation.head, message: "the schema change" }],
      });
    },
  },
});

const dataKinds = ["insertRows", "updateRows", "deleteRows", "mergeRows", "copyRows"];

function changesRows({ operation }: Step): boolean {
  if (operation.kind === "copyRows") return operation.direction === "from";
  return dataKinds.includes(operation.kind);
}

/** What locks a table, but is no schema change; moving rows belongs to ATTACH and DETACH of partitions. */
const noSchemaChange = new Set([
  ...dataKinds,
  "lockTable",
  "truncateTable",
  "vacuum",
  "refreshView",
  "attachPartition",
  "detachPartition",
  "setTriggerState",
]);

/** DDL that makes the users of a table which is not new wait. */
const altersExisting = ({ operation, effects, madeHere, metadataLock }: Step): boolean =>
  !noSchemaChange.has(operation.kind) &&
  (metadataLock() !== undefined ||
    effects.locks.some(({ mode, relation }) => blocks(mode) !== "nothing" && !madeHere(relation)));

const isTracked = ({ operation }: Step, isTracking: (table: QualifiedName) => boolean): boolean =>
  "table" in operation && typeof operation.table === "object" && isTracking(operation.table);

const tableName = ({ operation, show }: Step): string =>
  "table" in operation && typeof operation.table === "object" ? show(operation.table) : "";

const isNew = ({ operation, madeHere }: Step): boolean =>
  "table" in operation && typeof operation.table === "object" && madeHere(operation.table);
