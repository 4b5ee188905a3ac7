import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "incomplete-row",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "An `INSERT` gives a NOT NULL column no value, or writes more or fewer values than there are columns.",
    why: "The server refuses the row, and the migration fails where it is applied. It happens when a column is added to the table and an older seed isn't changed with it.",
    instead: "Give every NOT NULL column without a default a value, and each column of the list one value.",
    exceptions: [
      "a table with triggers, which may fill a column",
      "a table that the history doesn't know as a whole, and columns of a domain, which may have a default",
      "rows that a tool writes for a call, as it knows more columns and values; placeholders; `INSERT … SELECT`",
      "on MySQL and MariaDB, `INSERT IGNORE`, and where strict mode is off",
    ],
  },
  messages: {
    null: "fails: {{column}} of {{table}} is NOT NULL, and gets NULL",
    missing: "fails: {{column}} of {{table}} is NOT NULL without a default, and gets no value",
    count: "fails: values and columns of the row differ in number, {{values}} and {{columns}}",
  },
  on: {
    insertRows({ operation, values: { incompleteRow }, show }, { report }) {
      const row = incompleteRow();
      if (row === undefined) return;
      const at = row.at ?? operation.head;
      if (row.how === "count")
        report({ at, message: "count", data: { values: row.values, columns: row.columns } });
      else report({ at, message: row.how, data: { column: row.column, table: show(operation.table) } });
    },
  },
});
