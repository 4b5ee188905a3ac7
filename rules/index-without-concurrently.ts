import { blocks, defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-without-concurrently",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  fix: "suggestion",
  docs: {
    summary: "An index is built on an existing table without `CONCURRENTLY`.",
    why: "A plain build holds a SHARE lock until the whole table is read; every write waits behind it.",
    instead: "Build it with `CONCURRENTLY`, in a migration of its own that runs outside of a transaction.",
  },
  messages: {
    locks: "takes {{lock}} on {{table}}: {{blocked}} wait until the index is built",
    partitioned: "takes {{lock}} on {{table}} and builds on every partition: {{blocked}} wait meanwhile",
  },
  recipe: recipes.concurrentIndex,
  on: {
    createIndex({ operation: index, transaction, inBody, before, locks: { lockOn }, show }, { report }) {
      const lock = lockOn(index.table);
      // ON ONLY a partitioned table builds nothing.
      if (index.concurrently || index.only || lock === undefined) return;
      const blocked = blocks(lock);
      const table = before.relation(index.table);
      const partitioned = table.is === "present" && table.value.partitionBy !== undefined;
      // CONCURRENTLY fails inside a transaction or DO block, so offer it only outside of one.
      const outside = !inBody && (transaction.kind === "none" || transaction.kind === "unknown");
      report({
        at: index.head,
        message: partitioned ? "partitioned" : "locks",
        data: { lock, table: show(index.table), blocked },
        fix:
          outside && !partitioned
            ? { title: "add CONCURRENTLY", edits: [insertAt(index.afterKeyword, " CONCURRENTLY")] }
            : undefined,
      });
    },
  },
});
