import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-without-comment",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A table has no comment at the end of the migration that creates it.",
    why: "What a row stands for is known best when the table is made. The comment goes with the schema into every tool that shows it.",
    instead: {
      postgres: "`COMMENT ON TABLE … IS '…';` in the same migration.",
      mysql: "The table option `COMMENT = '…'`.",
    },
  },
  messages: { silent: "nothing says what a row of {{table}} stands for" },
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
