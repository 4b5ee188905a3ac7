import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "lock-without-timeout",
  category: "locks",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary:
      "A strong lock is taken without a `lock_timeout` (MySQL and MariaDB: `lock_wait_timeout` or `WAIT`).",
    why: "While the statement waits for one long-running query, every later statement of the application on that table waits behind it; behind SHARE ROW EXCLUSIVE, every later write. On MySQL and MariaDB, even an instant ALTER waits for the metadata lock, by default for a year (MySQL) or a day (MariaDB).",
    instead: {
      postgres:
        "Write `SET lock_timeout = '2s';` before it, and run the migration again if it gives up. If the connection sets it already, put `lockTimeout` into the configuration.",
      mysql:
        "Write `SET SESSION lock_wait_timeout = 5;` before it, and run the migration again if it gives up. If the connection sets it already, put `lockTimeout` into the configuration.",
    },
    exceptions: [
      "migrations that nothing in the project runs, which the report says",
      "a project whose settings only name H2, HSQLDB or Derby, which have no such setting",
      "all migrations of a history except the newest, unless the option `each` is set",
      "a table that this migration creates, that was created less than two days before, or in a history that began less than a week before (without times in its versions: that has three migrations or more, and has changed none of its tables yet)",
      "a table of the platform's own, such as Supabase's `auth.users`, in the first week of a history that makes all other tables itself",
      "on PostgreSQL, sessions with a `statement_timeout`, and locks other than ACCESS EXCLUSIVE and SHARE ROW EXCLUSIVE",
      "a `lock_timeout` that the project's settings give the sessions of migrations, such as `connection-init-sql` of a connection pool",
      "statements with `CONCURRENTLY`, which a timeout would leave half done",
      "statements on a table that isn't there, or that fail for another reason; `DROP … IF EXISTS` of a table or view that no migration makes before this one does",
      "the table in which the tool keeps what it has applied",
    ],
  },
  messages: {
    waits: "waits for {{lock}} on {{table}} without a timeout: later {{queries}} too{{more}}",
    metadata: "waits a day or more for the metadata lock of {{table}}: later queries on it wait too{{more}}",
    alters: "alters {{table}} without a timeout: later queries on it wait too{{more}}",
    longMetadata:
      "waits over {{longest}} for the metadata lock of {{table}}: later queries on it wait too{{more}}",
    long: "waits over {{longest}} for {{lock}} on {{table}}: later {{queries}} too{{more}}",
  },
  options: {
    each: { default: false, description: "Report every migration, not only the newest of a history." },
    longest: {
      default: "",
      description: "The longest timeout that is accepted, such as `5s`; empty accepts any.",
    },
  },
  once: ({ each }) => !each,
  recipe: { postgres: recipes.withLockTimeout, mysql: recipes.mysql.withLockTimeout },
  on: {
    migration({ applied, history }, { options: { longest }, report }) {
      if (history.runsOnStandIn === true || history.unrun !== undefined) return;
      type Found = Parameters<typeof report>[0];
      let [unread, worst, most]: [Found?, Found?, number?] = [];
      // In one transaction, it is set before the first statement that waits.
      const starts = new Map<number, number>();
      for (const step of applied()) {
        const { operation, statement, transaction, effects, locks, show } = step;
        const { isUsed } = locks;
        const [strong] = effects.locks
          .filter(({ mode, relation }) => isStrong(mode) && isUsed(relation))
          .sort((a, b) => locks.users(b.relation) - locks.users(a.relation));
        const lockedTable = locks.metadataLock();
        const table = lockedTable !== undefined && isUsed(lockedTable) ? lockedTable : undefined;
        const timeout = locks.lockTimeout(longest);
        const here = { at: operation.head, step };
        // Most probably, it waits for a lock, too: a timeout behind it comes too late.
        const altered = timeout === "unset" && worst === undefined ? locks.alteredSomehow() : undefined;
        if (altered !== undefined && isUsed(altered))
          unread ??= { ...here, message: "alters", data: { table: show(altered), more: "" } };
        // A timeout would kill a concurrent build and leave an INVALID index.
        const concurrent = "concurrently" in operation && operation.concurrently;
        const key = table ?? (concurrent || locks.clearsScratch() ? undefined : strong?.relation);
        if (key === undefined || timeout === "set") continue;
        const start = starts.get(transaction.id) ?? statement.span.start;
        starts.set(transaction.id, start);
        if (locks.users(key) <= (most ?? -1)) continue;
        most = locks.users(key);
        const queries = strong?.mode === "ACCESS EXCLUSIVE" ? "queries on it wait" : "writes to it wait";
        const data = { lock: strong?.mode ?? "", table: show(key), queries, longest, more: "" };
        const [short, long] =
          table === undefined ? (["waits", "long"] as const) : (["metadata", "longMetadata"] as const);
        const message = timeout === "unset" ? short : long;
        const fix = message === "waits" ? recipes.lockTimeoutFix(step, start) : undefined;
        worst = { ...here, message, data, fix, repaired: step.freshByEnd(key) };
      }
      if (worst !== undefined) report(unread ?? worst);
    },
  },
});

const isStrong = (mode: string): boolean => mode === "ACCESS EXCLUSIVE" || mode === "SHARE ROW EXCLUSIVE";
