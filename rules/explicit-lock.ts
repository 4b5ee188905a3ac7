import { blocks, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "explicit-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "`LOCK TABLE` makes the application wait although nothing after it alters the table.",
    why: "The lock is held until the transaction ends: all that comes after it, data changes above all, keeps the readers or writers of the table waiting. A lock that only fixes the order in which the transaction's own ALTER TABLEs lock is fine.",
    instead:
      "Row locks (`SELECT … FOR UPDATE`) in batches, or a weaker mode; `SHARE UPDATE EXCLUSIVE` keeps other migrations out and lets the application work.",
  },
  messages: { waits: "{{blocked}} of {{table}} wait until the transaction ends ({{mode}})" },
  on: {
    lockTable({ operation: lock, lockOn, failures, goesOnToAlter, show }, { report }) {
      const mode = lockOn(lock.table);
      if (mode === undefined || failures.length > 0 || blocks(mode) === "nothing") return;
      if (goesOnToAlter(lock.table)) return;
      report({
        at: lock.head,
        message: "waits",
        data: { table: show(lock.table), mode, blocked: blocks(mode) },
      });
    },
  },
});
