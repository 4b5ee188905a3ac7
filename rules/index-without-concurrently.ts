import { blocks, defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-without-concurrently",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  partOf: ["change-column-type"],
  fix: "suggestion",
  docs: {
    summary: "`CREATE INDEX` without `CONCURRENTLY` on an existing table.",
    why: "A plain build holds a SHARE lock until it has read the whole table: every write waits.",
    instead: "Build it with `CONCURRENTLY`, in a separate migration that runs outside of a transaction.",
    exceptions: [
      "a table or materialized view that this migration creates or empties",
      "`IF NOT EXISTS` of an index that exists",
      "`ON ONLY` a partitioned table, which builds nothing",
      "a function that the migration doesn't call",
      "a note: a partial index that asks for a value of a new column, which no row has yet: the build reads the table and sorts nothing",
    ],
  },
  messages: {
    needless: "{{other}} serves the same queries; the build takes {{lock}} on {{table}}: {{blocked}} wait",
    locks: "takes {{lock}} on {{table}}: {{blocked}} wait until the index is built",
    empty: "takes {{lock}} on {{table}} until it has read all rows, none of which meets its WHERE yet",
    partitioned: "takes {{lock}} on {{table}} and builds on every partition: {{blocked}} wait meanwhile",
  },
  recipe: recipes.concurrentIndex,
  on: {
    createIndex(step, { report }) {
      const { operation: index, transaction, inBody, before, locks, indexes, values, show } = step;
      const lock = locks.lockOn(index.table);
      // ON ONLY a partitioned table builds nothing.
      if (index.concurrently || index.only || lock === undefined) return;
      const blocked = blocks(lock);
      const table = before.relation(index.table);
      const partitioned = table.is === "present" && table.value.partitionBy !== undefined;
      const other = indexes.needlessBeside();
      // CONCURRENTLY fails inside a transaction or DO block, so offer it only outside of one.
      const outside = !inBody && (transaction.kind === "none" || transaction.kind === "unknown");
      const data = { lock, table: show(index.table), blocked };
      const usual = partitioned ? ("partitioned" as const) : ("locks" as const);
      const isEmpty = values.indexesNoRow();
      report({
        at: index.head,
        ...(other === undefined
          ? { message: isEmpty ? "empty" : usual, data }
          : { message: "needless", data: { ...data, other } }),
        severity: isEmpty ? "note" : undefined,
        fix:
          outside && !isEmpty && !partitioned && indexes.isHypertable(index.table) === "no"
            ? { title: "add CONCURRENTLY", edits: [insertAt(index.afterKeyword, " CONCURRENTLY")] }
            : undefined,
      });
    },
  },
});
