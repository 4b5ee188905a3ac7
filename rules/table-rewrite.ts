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
    case "setExpression":
      return "SET EXPRESSION";
    default:
      return undefined;
  }
}

export default defineRule({
  id: "table-rewrite",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "reports what happens if the table exists after all",
  docs: {
    summary:
      "`VACUUM FULL`, `CLUSTER`, `SET LOGGED`, `SET TABLESPACE` and similar commands rewrite the whole table.",
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
    rewrites: "{{command}} rewrites {{tables}} under ACCESS EXCLUSIVE: reads and writes wait",
  },
  on: {
    operation({ operation, effects, show }, { report }) {
      const command = commandOf(operation);
      if (command === undefined) return;
      const all =
        operation.kind === "vacuum" && operation.tables.length === 0
          ? "every table"
          : operation.kind === "cluster" && operation.table === undefined
            ? "every clustered table"
            : undefined;
      const tables = all ?? effects.rewrites.map((key) => show(key)).join(", ");
      if (tables === "") return;
      report({ at: operation.head, message: "rewrites", data: { command, tables } });
    },
  },
});
