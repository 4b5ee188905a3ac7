import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unlogged-table",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A table is UNLOGGED.",
    why: "After a crash it is empty, and replicas and backups of the files never have its rows.",
    instead: "An ordinary table, unless its rows can be made again at any time: a cache, a staging area.",
  },
  messages: { lost: "{{table}} is empty after a crash, and on every replica" },
  on: {
    createTable({ operation, scope, show }, { report }) {
      if (!operation.unlogged) return;
      const found = scope.after.relation(operation.table);
      // Filled without the write-ahead log, then made an ordinary one, or gone again.
      if (found.is !== "present" || !found.value.unlogged) return;
      report({ at: operation.head, message: "lost", data: { table: show(operation.table) } });
    },
    setLogged({ operation, madeHere, show }, { report }) {
      if (operation.logged || madeHere(operation.table)) return;
      report({ at: operation.head, message: "lost", data: { table: show(operation.table) } });
    },
  },
});
