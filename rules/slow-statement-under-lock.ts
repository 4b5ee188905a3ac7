import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "slow-statement-under-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary:
      "A statement that reads, rewrites or changes many rows runs while the transaction holds ACCESS EXCLUSIVE.",
    why: "Locks are held until the transaction ends: what an `ALTER TABLE` locked for a moment stays locked for as long as the slow statement takes.",
    instead:
      "Put the slow statement into a transaction of its own, before or after the one that takes the lock.",
  },
  messages: { held: "{{table}} stays locked (ACCESS EXCLUSIVE) while this {{work}}" },
  on: {
    operation({ operation, effects, transaction, statement, bounded, show, createdHere }, { report }) {
      const held = transaction.held.find(
        ({ relation, mode, span, explicit }) =>
          mode === "ACCESS EXCLUSIVE" &&
          // LOCK TABLE says on purpose that others shall wait.
          !explicit &&
          // Another statement's lock, on a table that this one doesn't lock as strongly itself.
          span.end <= statement.span.start &&
          !effects.locks.some((lock) => lock.relation === relation && lock.mode === mode),
      );
      // A concurrent build fails there, as another rule says.
      if (held === undefined || ("concurrently" in operation && operation.concurrently)) return;
      const tables = [...new Set([...effects.rewrites, ...effects.scans])].map((key) => show(key)).join(", ");
      const changes = "table" in operation && !bounded() && typeof operation.table === "object";
      if (operation.kind === "selectRows" || (tables === "" && !changes)) return;
      if (changes && operation.kind !== "insertRows" && createdHere(operation.table) === "yes") return;
      const work = changes ? "changes its rows" : `reads all of ${tables}`;
      report({
        at: operation.head,
        message: "held",
        data: { table: show(held.relation), work: effects.rewrites.length > 0 ? `rewrites ${tables}` : work },
        related: [{ at: held.span, message: `takes ACCESS EXCLUSIVE on ${show(held.relation)}` }],
      });
    },
  },
});
