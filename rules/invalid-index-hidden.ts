import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "invalid-index-hidden",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`CREATE INDEX CONCURRENTLY IF NOT EXISTS` without dropping the same index before it.",
    why: "A build that fails (by a duplicate key, a deadlock or a timeout) leaves an INVALID index behind, which slows down every write and serves no query. The next run finds the name in use and skips the build.",
    instead:
      "Write `DROP INDEX CONCURRENTLY IF EXISTS` before it, and leave out `IF NOT EXISTS`: then every run ends with a valid index.",
    exceptions: [
      "a migration that drops indexes before it whose names it reads from the catalog",
      "a table that this migration creates",
      "a statement in a transaction, which the server refuses (see `concurrently-in-transaction`)",
    ],
  },
  messages: { hidden: "a build that failed leaves an INVALID {{index}}, which IF NOT EXISTS keeps" },
  recipe: recipes.buildAgain,
  on: {
    createIndex(step, { report }) {
      const { operation: index, earlier, createdHere, before, show } = step;
      const { name } = index;
      if (!index.concurrently || !index.ifNotExists || name === undefined) return;
      if (createdHere(index.table) === "yes") return;
      // Refused before a build starts: concurrently-in-transaction reports it.
      if (recipes.mustLeaveTransaction(step) !== undefined) return;
      const dropped = earlier().some(
        ({ operation: other, before: then }) =>
          other.kind === "dropIndex" &&
          // A loop over pg_index drops what is INVALID.
          (other.unnamed === true || then.resolve(other.index) === before.resolve(name)),
      );
      if (!dropped) report({ at: index.head, message: "hidden", data: { index: show(name) } });
    },
  },
});
