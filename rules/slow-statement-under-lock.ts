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
      "a note: an INSERT that fills a table of this migration, under the lock that its foreign key takes on the other table",
      "a note: nothing but partial indexes that no row meets yet, and foreign keys on columns without values: they read the table, and sort and look up nothing",
      "an INSERT of single rows that looks in its own table whether they are there",
      "`VALIDATE CONSTRAINT` after the `ADD CONSTRAINT` (`validate-in-same-transaction` reports it)",
    ],
  },
  messages: {
    held: "{{table}} stays locked ({{mode}}) while this {{work}}{{more}}",
    batch: "{{table}} stays locked ({{mode}}) by an earlier migration while this {{work}}{{more}}",
  },
  on: {
    migration({ steps }, { report }) {
      // The first slow statement of a transaction is reported, with those that follow it.
      const slow = new Map<number, Step[]>();
      for (const step of steps.filter(isSlow)) {
        const all = slow.get(step.transaction.id) ?? [];
        all.push(step);
        slow.set(step.transaction.id, all);
      }
      for (const [step, ...later] of slow.values()) {
        const held = step?.locks.heldMeanwhile();
        if (step === undefined || held === undefined) continue;
        const [table, work] = [step.show(held.relation), step.locks.slowWork() ?? ""];
        const isQuick = [step, ...later].every(
          (one) => one.values.indexesNoRow() || one.locks.looksUpNothing(),
        );
        const rest = later.filter(({ statement }, i) => statement !== (later[i - 1] ?? step).statement);
        report({
          at: step.operation.head,
          message: step.isHere(held.origin) ? "held" : "batch",
          severity: isQuick || recipes.fillsNewTable(step, held) ? "note" : undefined,
          data: { table, mode: held.mode, work, more: more(rest.length) },
          instead: recipes.apartFromLock(step, held.relation),
          related: [
            { at: held.origin, message: `takes ${held.mode} on ${table}` },
            ...rest
              .slice(0, 3)
              .map((one) => ({ at: one.operation.head, message: one.locks.slowWork() ?? "" })),
          ],
          step,
        });
      }
    },
  },
});

const more = (count: number): string =>
  count === 0 ? "" : `; ${count} more slow statement${count === 1 ? " follows" : "s follow"}`;

/** It takes long, and others wait meanwhile. validate-in-same-transaction covers the lock of its ADD CONSTRAINT. */
const isSlow = (step: Step): boolean =>
  !step.skipped &&
  step.names.mayRun() &&
  step.transaction.held.length > 0 &&
  step.locks.slowWork() !== undefined &&
  step.locks.addedBy() === undefined &&
  step.locks.heldMeanwhile() !== undefined;
