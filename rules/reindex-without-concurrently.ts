import { defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "reindex-without-concurrently",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "suggestion",
  docs: {
    summary: "`REINDEX` without `CONCURRENTLY`.",
    why: "Writes to the table wait until its indexes are rebuilt, and so do reads that would use these indexes.",
    instead: "Use `REINDEX … CONCURRENTLY` (PostgreSQL 12 and later), outside of a transaction.",
    exceptions: [
      "`REINDEX SYSTEM`, which has no `CONCURRENTLY`",
      "a table or index that this migration creates",
    ],
  },
  messages: { locks: "writes wait while {{target}} is rebuilt, and so do reads that use its indexes" },
  recipe: recipes.concurrentReindex,
  on: {
    reindex({ operation: reindex, before, transaction, inBody, createdHere, isHere }, { report }) {
      if (reindex.concurrently) return;
      if (reindex.scope === "system") return;
      const { target } = reindex;
      if (target !== undefined && reindex.scope === "table" && createdHere(target) === "yes") return;
      if (target !== undefined && reindex.scope === "index") {
        const index = before.index(target);
        if (index.is === "present" && isHere(index.value.origin)) return;
      }
      const name = target?.text ?? "";
      const { scope } = reindex;
      const outside = !inBody && (transaction.kind === "none" || transaction.kind === "unknown");
      report({
        at: reindex.head,
        message: "locks",
        data: { target: scope === "schema" || scope === "database" ? `the ${scope} ${name}`.trim() : name },
        fix: outside
          ? { title: "add CONCURRENTLY", edits: [insertAt(reindex.afterKeyword, " CONCURRENTLY")] }
          : undefined,
      });
    },
  },
});
