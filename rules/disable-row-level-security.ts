import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "disable-row-level-security",
  category: "security",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "checks the text as it is written",
  endsWithTable: true,
  docs: {
    summary: "`DISABLE ROW LEVEL SECURITY` or `NO FORCE ROW LEVEL SECURITY` on an existing table.",
    why: "From then on, every role that may read or write the table reads and writes all of its rows; without FORCE, its owner does. The policies still exist and look as if they applied.",
    instead: "Change the policies. For a job that has to see all rows, create a role with BYPASSRLS.",
    exceptions: [
      "a table that this migration creates",
      "a table whose row security is off, or isn't forced, before",
      "a migration that switches it on again before its end",
    ],
  },
  messages: {
    off: "policies of {{table}} no longer apply: every role that may read it sees all rows",
    owner: "policies of {{table}} no longer apply to its owner",
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
      // Off before: nothing changes. What made it IF NOT EXISTS would have switched it on as well.
      const isKnown =
        old.is === "present" &&
        (old.value.complete || (old.value.maybeOlder !== undefined && before.certain(old.value.key)));
      if (isKnown && isOn(before) === false) return;
      // On again at the end: off only for the statements in between.
      if (isOn(scope.after) === true) return;
      const message = mode === "disable" ? "off" : "owner";
      report({ at: operation.head, message, data: { table: show(table) } });
    },
  },
});
