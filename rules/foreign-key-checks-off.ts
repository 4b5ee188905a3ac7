import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-checks-off",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "A foreign key is added while `foreign_key_checks` is off, or the migration doesn't switch them on again.",
    why: "Rows that were written while the checks were off are never looked at again, also not when they are on: a foreign key that is added meanwhile holds rows that refer to nothing. The setting stays for the rest of the session, so for what the tool runs next.",
    instead:
      "`SET foreign_key_checks = 1` at the end of the same migration. Before a foreign key is added without checks, a query for rows without a partner; or add it with the checks on.",
  },
  messages: {
    unvalidated: "old rows of {{table}} are never checked: foreign_key_checks is off",
    stays: "foreign_key_checks stay off for whatever the session runs next",
  },
  on: {
    setOption({ operation, later, mysql: { switchesOff } }, { report }) {
      if (operation.scope !== undefined || !switchesOff("foreign_key_checks")) return;
      const isRestored = later().some(
        ({ operation: other }) => other.kind === "setOption" && other.name === operation.name,
      );
      if (!isRestored) report({ at: operation.head, message: "stays" });
    },
    addForeignKey({ operation, mysql: { isOff, ignoresInlineReferences }, createdHere, show }, { report }) {
      if (!isOff("foreign_key_checks") || createdHere(operation.table) === "yes") return;
      if (ignoresInlineReferences()) return;
      report({ at: operation.head, message: "unvalidated", data: { table: show(operation.table) } });
    },
  },
});
