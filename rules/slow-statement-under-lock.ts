import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "slow-statement-under-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A statement that reads, rewrites or changes many rows runs while the transaction holds ACCESS EXCLUSIVE.",
    why: "Locks are held until the transaction ends: what an `ALTER TABLE` locked for a moment stays locked for as long as the slow statement takes.",
    instead:
      "Put the slow statement into a transaction of its own, before or after the one that takes the lock.",
  },
  messages: { held: "{{table}} stays locked (ACCESS EXCLUSIVE) while this {{work}}" },
  on: {
    migration({ applied }, { report }) {
      // The first slow statement of a transaction tells it for all that follow.
      const told = new Set<number>();
      for (const step of applied()) {
        const { operation, statement, transaction, locks, show } = step;
        if (told.has(transaction.id)) continue;
        const work = slowWork(step);
        // Of the lock of its ADD CONSTRAINT another rule speaks.
        if (work === undefined || transaction.held.length === 0 || locks.addedBy() !== undefined) continue;
        const own = locks.ofStatement();
        const held = transaction.held.find(
          ({ relation, mode, span, explicit }) =>
            mode === "ACCESS EXCLUSIVE" &&
            // LOCK TABLE says on purpose that others shall wait.
            !explicit &&
            // Another statement's lock, on a table that this one doesn't lock as strongly itself.
            span.end <= statement.span.start &&
            !own.some((lock) => lock.relation === relation && lock.mode === mode),
        );
        if (held === undefined) continue;
        told.add(transaction.id);
        const related = [{ at: held.span, message: `takes ACCESS EXCLUSIVE on ${show(held.relation)}` }];
        report({
          at: operation.head,
          message: "held",
          data: { table: show(held.relation), work },
          related,
          step,
        });
      }
    },
  },
});

/** What takes long, if anything: a read of a whole table, a rewrite, an unbounded change of rows. */
function slowWork(step: Step): string | undefined {
  const { operation, effects, table, values, createdHere, show } = step;
  // A concurrent build fails in a transaction, as another rule says.
  if (operation.kind === "selectRows" || ("concurrently" in operation && operation.concurrently)) return;
  // It fails at the first row that it reads.
  if (operation.kind === "addColumn" && operation.column.notNull && values.leavesNull()) return;
  const names = (keys: readonly string[]): string => keys.map((key) => show(key)).join(", ");
  if (effects.rewrites.length > 0) return `rewrites ${names(effects.rewrites)}`;
  if (!values.bounded()) {
    const fillsNew = operation.kind !== "insertRows" && table !== undefined && createdHere(table) === "yes";
    return fillsNew ? undefined : "changes many rows";
  }
  return effects.scans.length > 0 ? `reads all of ${names(effects.scans)}` : undefined;
}
