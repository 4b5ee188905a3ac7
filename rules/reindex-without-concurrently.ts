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
    why: "Writes to the table wait until its indexes are built anew, and reads that would use the index wait too.",
    instead: "`REINDEX … CONCURRENTLY` (12+), outside of a transaction.",
  },
  messages: { locks: "writes wait while {{target}} is built anew, and so do reads that use its indexes" },
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
