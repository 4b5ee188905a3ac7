import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "concurrently-with-other-statements",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A statement that can't run in a transaction shares its migration with others.",
    why: "Such a migration runs without a transaction. If one statement fails, the changes of those before it stay, but the tool doesn't record the migration as applied. The next run fails because objects already exist, or changes rows twice.",
    instead: "Put each such statement into a separate migration.",
    exceptions: [
      "SET, RESET, ANALYZE and VACUUM",
      "`DROP INDEX CONCURRENTLY IF EXISTS` of the index before it is built",
      "a statement that uses the new index, such as `ADD PRIMARY KEY USING INDEX`",
      "what the same call of a migration in code sends, such as Rails' `add_reference` with its index",
      "statements that may run again, such as those with `IF [NOT] EXISTS`, or behind a question to the database in code",
      "schema changes in a transaction that the file itself opens",
      "statements on temporary tables, which go with the session",
    ],
  },
  messages: {
    shares: "runs outside of a transaction beside other statements: a failure leaves the file half applied",
  },
  on: {
    migration({ applied }, { report }) {
      const steps = applied().filter((step) => !isTemporary(step));
      const outside = steps.filter(
        ({ effects, transaction: { kind } }) =>
          !effects.inTransaction && (kind === "none" || kind === "unknown"),
      );
      const [alone] = outside;
      if (alone === undefined) return;
      const { statement, isOneCallWith } = alone;
      const other = steps.find(
        (step) => step.statement !== statement && !isOneCallWith(step) && stumbles(step),
      );
      if (other === undefined) return;
      report({
        at: alone.operation.head,
        message: "shares",
        related: [{ at: other.operation.head, message: "the other statement" }],
        instead: outside.every(isOnNew) ? onNew : undefined,
        step: alone,
      });
    },
  },
});

const onNew =
  "Build the indexes without CONCURRENTLY, and let the tool open its transaction: their tables are new and empty.";

const isOnNew = ({ operation, createdHere }: Step): boolean =>
  operation.kind === "createIndex" && createdHere(operation.table) === "yes";

function isTemporary({ operation, table, before }: Step): boolean {
  if (operation.kind === "createTable") return operation.temporary;
  const tables = operation.kind === "vacuum" ? operation.tables : table === undefined ? [] : [table];
  const found = tables.map((one) => before.relation(one));
  return found.length > 0 && found.every((one) => one.is === "present" && one.value.temporary);
}

/** Schema changes that do the same however often they run. */
const harmless: ReadonlySet<Step["operation"]["kind"]> = new Set([
  "setClusterIndex",
  "setReplicaIdentity",
  "setTableOptions",
  "validateConstraint",
]);

/** A second run of the file would fail at it, or do it twice. */
function stumbles({ operation, changes, names: { guarded }, transaction, earlier }: Step): boolean {
  // A schema change in a transaction that the file opens is applied or not; rows would be written twice.
  if (transaction.by === "file" && !operation.kind.endsWith("Rows")) return false;
  if (guarded || operation.conditional === true || harmless.has(operation.kind)) return false;
  if (changes !== "schema" && changes !== "rows" && changes !== "unknown") return false;
  const made = (index: string | undefined): boolean =>
    earlier().some(({ operation: other }) => other.kind === "createIndex" && other.name?.name === index);
  if (operation.kind === "addUnique" || operation.kind === "addPrimaryKey")
    return operation.usingIndex === undefined || !made(operation.usingIndex.text);
  if (operation.kind === "attachIndex") return !made(operation.partition.name);
  // Dropped before it is built: every run builds it again.
  return !(operation.kind === "createIndex" && isDroppedBefore(operation.name?.name, earlier()));
}

const isDroppedBefore = (name: string | undefined, earlier: readonly Step[]): boolean =>
  earlier.some(({ operation }) => operation.kind === "dropIndex" && operation.index.name === name);
