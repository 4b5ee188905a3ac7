import { blocks, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "explicit-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "`LOCK TABLE` makes the application wait although nothing after it alters the table; on MySQL and MariaDB also `FLUSH TABLES WITH READ LOCK`, which locks the whole server.",
    why: "The lock is held until the transaction ends: all that comes after it, data changes above all, keeps the readers or writers of the table waiting. A lock that only fixes the order in which the transaction's own ALTER TABLEs lock is fine. On MySQL and MariaDB the lock is held until UNLOCK TABLES, and an ALTER that would work online makes everybody wait below it.",
    instead: {
      postgres:
        "Row locks (`SELECT … FOR UPDATE`) in batches, or a weaker mode; `SHARE UPDATE EXCLUSIVE` keeps other migrations out and lets the application work.",
      mysql: "No lock; a lock of the tool's own (`GET_LOCK`) keeps other migrations out.",
    },
  },
  messages: {
    waits: "{{blocked}} of {{table}} wait until the transaction ends ({{mode}})",
    session: "{{blocked}} of {{table}} wait until UNLOCK TABLES",
    server: "{{blocked}} of the whole server wait until UNLOCK TABLES",
  },
  on: {
    utility({ operation, mysql: { tableLock } }, { report }) {
      const lock = tableLock();
      if (lock !== undefined)
        report({ at: operation.head, message: "server", data: { blocked: lock.blocked } });
    },
    lockTable(step, { report }) {
      const held = step.mysql.tableLock();
      if (held?.table !== undefined) {
        const data = { table: step.show(held.table), blocked: held.blocked };
        report({ at: step.operation.head, message: "session", data });
      }
      const { operation: lock, locks, show } = step;
      const mode = locks.lockOn(lock.table);
      if (mode === undefined || blocks(mode) === "nothing") return;
      if (locks.altersLater(lock.table)) return;
      report({
        at: lock.head,
        message: "waits",
        data: { table: show(lock.table), mode, blocked: blocks(mode) },
      });
    },
  },
});
