import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "detach-partition-without-concurrently",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`DETACH PARTITION` without `CONCURRENTLY`.",
    why: "It takes `ACCESS EXCLUSIVE` on the partitioned table: it waits behind running statements, and reads and writes of all partitions wait behind it.",
    instead:
      "Use `DETACH PARTITION … CONCURRENTLY` (14 and later), outside a transaction. If there is a default partition, and before 14, that isn't possible: set a short `lock_timeout`, and run the migration again if it gives up.",
    exceptions: [
      "`DETACH PARTITION … FINALIZE`",
      "a partition that this migration creates",
      "a partition that can't be detached concurrently, if `lock_timeout` is set",
    ],
  },
  messages: {
    locks: "takes ACCESS EXCLUSIVE on {{table}}: reads and writes of all its partitions wait",
    refused: "takes ACCESS EXCLUSIVE on {{table}}; can't be concurrent here: set lock_timeout and retry",
  },
  recipe: recipes.concurrentDetach,
  on: {
    detachPartition(
      { operation: detach, locks: { lockOn, lockTimeout, refusesConcurrently }, madeHere, show },
      { report },
    ) {
      if (detach.concurrently || detach.finalize) return;
      if (lockOn(detach.table) === undefined || madeHere(detach.partition)) return;
      const data = { table: show(detach.table) };
      if (!refusesConcurrently()) report({ at: detach.head, message: "locks", data });
      else if (lockTimeout() !== "set")
        report({ at: detach.head, message: "refused", severity: "note", data });
    },
  },
});
