import { defineRule } from "../src/lint/rule.ts";

const commands: Readonly<Record<string, string>> = {
  vacuum: "VACUUM FULL",
  cluster: "CLUSTER",
  setLogged: "SET LOGGED or UNLOGGED",
  setTablespace: "SET TABLESPACE",
  setAccessMethod: "SET ACCESS METHOD",
  setExpression: "SET EXPRESSION",
};

export default defineRule({
  id: "table-rewrite",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
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
      const command = commands[operation.kind];
      if (command === undefined) return;
      const everything =
        (operation.kind === "vacuum" && operation.full && operation.tables.length === 0) ||
        (operation.kind === "cluster" && operation.table === undefined);
      if (effects.rewrites.length === 0 && !everything) return;
      const tables = everything ? "every table" : effects.rewrites.map((key) => show(key)).join(", ");
      report({ at: operation.head, message: "rewrites", data: { command, tables } });
    },
  },
});
