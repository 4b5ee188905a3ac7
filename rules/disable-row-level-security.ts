import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "disable-row-level-security",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "Row security of an existing table is switched off, or no longer forced on its owner.",
    why: "From that moment every role that may read or write the table reads and writes all of its rows. The policies are still there and look as if they held.",
    instead: "Change the policies; for a job that has to see all rows, a role with BYPASSRLS of its own.",
  },
  messages: {
    off: "policies of {{table}} no longer hold: who may read it sees all rows",
    owner: "policies of {{table}} no longer hold for its owner",
  },
  on: {
    setRowSecurity({ operation, before, scope, madeHere, show }, { report }) {
      const { table, mode } = operation;
      if ((mode !== "disable" && mode !== "no force") || madeHere(table)) return;
      const isOn = (schema: typeof before): boolean | undefined => {
        const found = schema.relation(table);
        if (found.is !== "present") return undefined;
        const { enabled, forced } = found.value.rowSecurity;
        return mode === "disable" ? enabled : forced;
      };
      const old = before.relation(table);
      // Surely off before: nothing changes.
      if (old.is === "present" && old.value.complete && isOn(before) === false) return;
      // On again at the end: off only for what stands between.
      if (isOn(scope.after) === true) return;
      const message = mode === "disable" ? "off" : "owner";
      report({ at: operation.head, message, data: { table: show(table) } });
    },
  },
});
