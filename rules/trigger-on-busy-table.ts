import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "trigger-on-busy-table",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  endsWithTable: true,
  docs: {
    summary:
      "Triggers of an existing table are disabled; with the option `each`, also created, dropped or enabled.",
    why: "SHARE ROW EXCLUSIVE is held until the transaction ends, so writers wait. If the triggers stay disabled after it, the application writes without them. `DISABLE TRIGGER ALL` also disables foreign keys: rows that violate them stay, and nothing checks them later.",
    instead:
      "Leave the triggers enabled, and let their function skip the writes of the migration, by a setting that the migration makes with `SET LOCAL`.",
    exceptions: [
      "a table that this migration creates",
      "triggers that are created, dropped or enabled, which locks for a moment only: `lock-without-timeout` covers it, or the option `each`",
      "rules that are disabled",
    ],
  },
  messages: {
    off: "writes to {{table}} wait until COMMIT, and this transaction's own run without {{what}}",
    stays: "from here on writes to {{table}} run without {{what}}",
    brief: "takes {{lock}} on {{table}}: its {{blocked}} wait for a moment",
  },
  options: {
    each: {
      default: false,
      description: "Also report, as notes, triggers that are created, dropped or enabled.",
    },
  },
  on: {
    operation(step, { report, options }) {
      const { operation, locks, show } = step;
      const { kind, head: at } = operation;
      if (kind !== "setTriggerState" && kind !== "createTrigger" && kind !== "dropTrigger") return;
      const lock = locks.lockOn(operation.table);
      if (lock === undefined) return;
      const table = show(operation.table);
      if (kind !== "setTriggerState" || operation.object === "rule" || operation.state !== "disable") {
        const blocked = lock === "ACCESS EXCLUSIVE" ? "readers and writers" : "writers";
        if (options.each) report({ at, message: "brief", severity: "note", data: { lock, table, blocked } });
        return;
      }
      const { which } = operation;
      const named =
        which === "user" ? "triggers" : which === "all" ? "triggers and foreign keys" : which.text;
      report({
        at,
        message: backOn(step) ? "off" : "stays",
        severity: which === "all" ? undefined : "note",
        data: { table, what: named },
      });
    },
  },
});

/** The transaction enables them again before it ends. */
const backOn = ({ operation, transaction, before, later }: Step): boolean =>
  later().some(
    ({ operation: other, transaction: { id }, before: then }) =>
      id === transaction.id &&
      operation.kind === "setTriggerState" &&
      other.kind === "setTriggerState" &&
      other.state !== "disable" &&
      then.resolve(other.table) === before.resolve(operation.table),
  );
