import { blocks, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "explicit-lock",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "`LOCK TABLE` that isn't followed by an ALTER of the table; on MySQL and MariaDB also `FLUSH TABLES WITH READ LOCK`.",
    why: "On PostgreSQL the lock is held until the transaction ends: readers or writers of the table wait for every statement after it, above all for data changes. On MySQL and MariaDB it is held until UNLOCK TABLES, so the application waits even for an ALTER that would work online. `FLUSH TABLES WITH READ LOCK` locks the whole server.",
    instead: {
      postgres:
        "Use row locks (`SELECT … FOR UPDATE`) in batches, or a weaker mode: `SHARE UPDATE EXCLUSIVE` keeps other migrations out and lets the application work.",
      mysql: "Leave the lock out. To keep other migrations out, use a named lock (`GET_LOCK`).",
    },
    exceptions: [
      "on PostgreSQL, a lock before a statement of the same transaction that also locks the table, such as an ALTER",
      "a mode that blocks neither reads nor writes, such as `ROW SHARE`",
      "a table that this migration creates",
    ],
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
