import { defineRule, type Operation } from "../src/lint/rule.ts";

function commandOf(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "vacuum":
      return operation.full ? "VACUUM FULL" : undefined;
    case "cluster":
      return "CLUSTER";
    case "setLogged":
      return operation.logged ? "SET LOGGED" : "SET UNLOGGED";
    case "setTablespace":
      return "SET TABLESPACE";
    case "setAccessMethod":
      return "SET ACCESS METHOD";
    case "alterView":
      return operation.change === "tablespace" ? "SET TABLESPACE" : "SET ACCESS METHOD";
    case "setExpression":
      return "SET EXPRESSION";
    case "alterObject":
      return operation.object === "tablespace" && operation.options.includes("MOVE ALL")
        ? "ALL IN TABLESPACE"
        : undefined;
    default:
      return undefined;
  }
}

const plainColumn =
  "`ALTER COLUMN … DROP EXPRESSION` makes it a plain column, and rewrites nothing: let a trigger set it, and change existing rows in batches.";

export default defineRule({
  id: "table-rewrite",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "`VACUUM FULL`, `CLUSTER`, `SET LOGGED`, `SET TABLESPACE` and similar commands rewrite the whole table or materialized view.",
    why: "ACCESS EXCLUSIVE is held from the first row to the last: reads and writes wait for as long as it takes.",
    instead:
      "For a large table, use the extension `pg_repack`, which copies the table while the application runs. Otherwise choose a quiet hour and set `lock_timeout`.",
    exceptions: [
      "a table that this migration creates",
      "a command that changes nothing, such as `SET LOGGED` on a logged table",
      "`SET EXPRESSION` of a virtual column, and `SET TABLESPACE` of a partitioned table, which rewrite nothing",
      "`VACUUM` without `FULL`, and `ALTER TABLE … CLUSTER ON`",
    ],
  },
  messages: {
    index: "SET TABLESPACE copies {{index}} under a lock: reads and writes of {{table}} wait",
    rewrites: "{{command}} rewrites {{tables}} under ACCESS EXCLUSIVE: reads and writes wait",
  },
  on: {
    alterIndex({ operation, before, show, spell, createdHere, isHere }, { report }) {
      const index = before.index(operation.index);
      if (operation.change !== "tablespace" || index.is !== "present") return;
      const { table, name, origin } = index.value;
      if (isHere(origin) || createdHere(table) === "yes") return;
      report({
        at: operation.head,
        message: "index",
        data: { index: spell(name), table: show(table) },
        instead:
          "From PostgreSQL 14 on, use `REINDEX (TABLESPACE …) INDEX CONCURRENTLY`. Before that, build a second index there `CONCURRENTLY`, then drop this one `CONCURRENTLY`.",
      });
    },
    operation({ operation, effects, show }, { report }) {
      const command = commandOf(operation);
      if (command === undefined) return;
      const all =
        operation.kind === "vacuum" && operation.tables.length === 0
          ? "every table"
          : operation.kind === "cluster" && operation.table === undefined
            ? "every clustered table"
            : operation.kind === "alterObject"
              ? "every table or index there"
              : undefined;
      const tables = all ?? effects.rewrites.map((key) => show(key)).join(", ");
      if (tables === "") return;
      const instead = operation.kind === "setExpression" ? plainColumn : undefined;
      report({ at: operation.head, message: "rewrites", data: { command, tables }, instead });
    },
  },
});
