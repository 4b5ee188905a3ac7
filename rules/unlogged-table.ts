import { defineRule, relationRepaired } from "../src/lint/rule.ts";

export default defineRule({
  id: "unlogged-table",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  endsWithTable: true,
  docs: {
    summary: "A table is UNLOGGED.",
    why: "After a crash it is empty. Replicas and physical backups never have its rows.",
    instead:
      "Create an ordinary table, unless its rows can be recreated at any time: a cache, a staging area.",
    exceptions: [
      "temporary tables",
      "a table that the same migration sets LOGGED",
      "`SET UNLOGGED` on a table that this migration creates",
    ],
  },
  messages: { lost: "{{table}} is empty after a crash, and on every replica" },
  on: {
    createTable({ operation, scope, show }, { report }) {
      if (!operation.unlogged) return;
      const found = scope.after.relation(operation.table);
      // Filled without the write-ahead log, then made an ordinary table or dropped.
      if (found.is !== "present" || !found.value.unlogged) return;
      report({
        at: operation.head,
        message: "lost",
        data: { table: show(operation.table) },
        repaired: relationRepaired(scope.after, operation.table, ({ unlogged }) => unlogged),
      });
    },
    setLogged({ operation, madeHere, show }, { report }) {
      if (operation.logged || madeHere(operation.table)) return;
      report({ at: operation.head, message: "lost", data: { table: show(operation.table) } });
    },
  },
});
