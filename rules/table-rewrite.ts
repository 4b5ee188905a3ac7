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
  alsoRefused: "says what the table would suffer, if it were there after all",
  docs: {
    summary:
      "`VACUUM FULL`, `CLUSTER`, `SET LOGGED`, `SET TABLESPACE` and the like write the whole table anew.",
    why: "ACCESS EXCLUSIVE is held from the first row to the last: reads and writes wait for as long as it takes.",
    instead:
      "Large tables: the extension `pg_repack`, which copies beside the running application. Else: a quiet hour, with `lock_timeout`.",
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
