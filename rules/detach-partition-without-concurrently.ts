import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "detach-partition-without-concurrently",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A partition is detached without `CONCURRENTLY`.",
    why: "ACCESS EXCLUSIVE on the partitioned table: it queues behind running statements, and reads and writes of all partitions queue behind it.",
    instead:
      "`DETACH PARTITION … CONCURRENTLY` (14+), outside of a transaction. Beside a default partition, and before 14, that is impossible: then `lock_timeout`, and let the runner retry.",
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
