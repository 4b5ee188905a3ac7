import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "incomplete-row",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "An `INSERT` gives a NOT NULL column no value, may copy NULL into one, or writes more or fewer values than there are columns.",
    why: "The server refuses the row, and the migration fails where it is applied. It happens when a column is added to the table and an older seed isn't changed with it. `INSERT … SELECT` fails at the first row that has NULL where the new table takes none; a test database seldom has such a row.",
    instead:
      "Give every NOT NULL column without a default a value, and each column of the list one value. In `INSERT … SELECT`, use `coalesce()`, or leave such rows out: `WHERE email IS NOT NULL`.",
    exceptions: [
      "a table with triggers, which may fill a column",
      "a table that the history doesn't know as a whole, and columns of a domain, which may have a default",
      "rows that a tool writes for a call, as it knows more columns and values; placeholders",
      "of `INSERT … SELECT`: a column that the history fills or that the statement compares, a table that the migration makes or that has few rows, values that are computed, and a condition on anything but keys and NULL",
      "a LEFT JOIN of a table to which a foreign key of NOT NULL columns refers",
      "on MySQL and MariaDB, `INSERT IGNORE`, and where strict mode is off",
    ],
  },
  messages: {
    null: "fails: {{column}} of {{table}} is NOT NULL, and gets NULL",
    missing: "fails: {{column}} of {{table}} is NOT NULL without a default, and gets no value",
    any: "fails if it writes a row: {{column}} of {{table}} is NOT NULL, and gets {{what}}",
    copied: "fails if a row has NULL in {{source}}: {{column}} of {{table}} is NOT NULL",
    partner: "fails if the LEFT JOIN finds no row of {{other}}: {{column}} of {{table}} is NOT NULL",
    count: "fails: values and columns of the row differ in number, {{values}} and {{columns}}",
  },
  on: {
    insertRows({ operation, values: { incompleteRow, nullCopy }, show, spell }, { report }) {
      const copy = nullCopy();
      if (copy !== undefined) {
        const { how, source, at } = copy;
        const data = { column: spell(copy.column), table: show(operation.table) };
        if (how === "partner")
          report({ at, message: "partner", severity, data: { ...data, other: show(source.table) } });
        else
          report({
            at,
            message: "copied",
            severity,
            data: { ...data, source: show(source.table, source.column) },
          });
      }
      const row = incompleteRow();
      if (row === undefined) return;
      const at = row.at ?? operation.head;
      if (row.how === "count")
        report({ at, message: "count", data: { values: row.values, columns: row.columns } });
      else {
        const data = { column: row.column, table: show(operation.table) };
        const what = row.how === "null" ? "NULL" : "no value";
        if (row.ofQuery === true) report({ at, message: "any", data: { ...data, what } });
        else report({ at, message: row.how, data });
      }
    },
  },
});

/** Rows may hold NULL; an error is only what surely fails. */
const severity = "warning";
