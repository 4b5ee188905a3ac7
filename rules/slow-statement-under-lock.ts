import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "slow-statement-under-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: { tables: "something else may make a table that it only reads" },
  sameCause: [
    "index-without-concurrently",
    "foreign-key-without-not-valid",
    "check-without-not-valid",
    "backfill-without-batches",
    "update-without-where",
    "delete-without-where",
    "set-not-null",
    "change-column-type",
    "unique-constraint-without-index",
    "primary-key-without-index",
    "add-column-with-constraint",
    "add-column-generated",
  ],
  docs: {
    summary:
      "A statement that reads, rewrites or changes many rows runs while the transaction holds ACCESS EXCLUSIVE, or a lock that writers wait for, such as SHARE ROW EXCLUSIVE.",
    why: "Locks are held until the transaction ends. A table that `ALTER TABLE` locks for a moment only stays locked until the slow statement is done. A foreign key takes SHARE ROW EXCLUSIVE on both tables (also in `CREATE TABLE`), as `CREATE TRIGGER` does; `CREATE INDEX` takes SHARE.",
    instead:
      "Put the slow statement into a separate transaction, before or after the one that takes the lock: behind what makes what it needs, and before what drops what it reads.",
    exceptions: [
      "queries (`SELECT`), and changes of single rows or of a range of keys",
      "a lock that `LOCK TABLE` takes on purpose",
      "a statement that takes ACCESS EXCLUSIVE on the same table itself",
      "UPDATE and DELETE in a table that this migration creates",
      "a foreign key that any row of its table refuses (`foreign-key-to-empty-table` reports it)",
      "a change of a type that no value survives (`narrow-column-type` reports it)",
      "an INSERT of single rows that looks in its own table whether they are there",
      "`VALIDATE CONSTRAINT` after the `ADD CONSTRAINT` (`validate-in-same-transaction` reports it)",
    ],
  },
  messages: {
    held: "{{table}} stays locked ({{mode}}) while this {{work}}",
    batch: "{{table}} stays locked ({{mode}}) by an earlier migration while this {{work}}",
  },
  on: {
    migration({ steps }, { report }) {
      // Only the first slow statement of a transaction is reported.
      const seen = new Set<number>();
      for (const step of steps) {
        const { operation, transaction, locks, show, skipped, names } = step;
        if (skipped || !names.mayRun() || seen.has(transaction.id)) continue;
        const work = slowWork(step);
        // validate-in-same-transaction covers the lock of its ADD CONSTRAINT.
        if (work === undefined || transaction.held.length === 0 || locks.addedBy() !== undefined) continue;
        const held = locks.heldMeanwhile();
        if (held === undefined) continue;
        seen.add(transaction.id);
        report({
          at: operation.head,
          message: step.isHere(held.origin) ? "held" : "batch",
          data: { table: show(held.relation), mode: held.mode, work },
          instead: recipes.apartFromLock(step, held.relation),
          related: [{ at: held.origin, message: `takes ${held.mode} on ${show(held.relation)}` }],
          step,
        });
      }
    },
  },
});

/** The part that takes long, if any: a scan of a whole table, a rewrite, an unbounded change of rows. */
function slowWork(step: Step): string | undefined {
  const { operation, effects, table, values, createdHere, show } = step;
  // A concurrent build fails in a transaction, which another rule reports.
  if (operation.kind === "selectRows" || ("concurrently" in operation && operation.concurrently)) return;
  // It fails at the first row that it reads.
  if (operation.kind === "addColumn" && operation.column.notNull && values.leavesNull()) return;
  if (values.refersToNone() === "rows" || values.narrows()?.how === "refuses") return;
  const names = (keys: readonly string[]): string => keys.map((key) => show(key)).join(", ");
  if (effects.rewrites.length > 0) return `rewrites ${names(effects.rewrites)}`;
  const isLoop = operation.repeated === true && values.batchesInOneTransaction();
  if (!values.bounded() || isLoop) {
    const fillsNew = operation.kind !== "insertRows" && table !== undefined && createdHere(table) === "yes";
    return fillsNew ? undefined : "changes many rows";
  }
  // A row that is written out, where it isn't there yet: of a table to which migrations add rows one by one.
  const read = effects.scans.filter(
    (key) => operation.kind !== "insertRows" || table === undefined || key !== step.before.resolve(table),
  );
  return read.length > 0 ? `reads all of ${names(read)}` : undefined;
}
