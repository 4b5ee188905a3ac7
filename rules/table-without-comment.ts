import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-comment",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  docs: {
    summary: "A table has no comment at the end of the migration that creates it.",
    why: "The author knows best what a row stands for while creating the table. Every tool that shows the schema also shows the comment.",
    instead: {
      postgres: "Add `COMMENT ON TABLE … IS '…';` to the same migration.",
      mysql: "Add the table option `COMMENT = '…'`.",
    },
    exceptions: ["temporary tables and partitions", "a table that the same migration drops"],
  },
  messages: { silent: "{{table}} has no comment that explains what a row stands for" },
  on: {
    createTable({ operation, scope, show }, { report }) {
      if (operation.temporary || operation.partitionOf !== undefined) return;
      const found = scope.after.table(operation.table);
      if (found.is !== "present" || found.value.comment !== undefined) return;
      if ((found.value.tableOptions?.["comment"] ?? "") !== "") return;
      report({ at: operation.head, message: "silent", data: { table: show(operation.table) } });
    },
  },
});
