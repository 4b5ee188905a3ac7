import { defineRule } from "../src/lint/rule.ts";

const bothFirst =
  "First replace the old CHECK by one that allows the old and the new values. Deploy a version that writes only the new ones, change the rows that have an old one, then add the new CHECK.";

export default defineRule({
  id: "check-allows-less",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A new CHECK refuses values that the old CHECK of the column named and allowed.",
    why: "The running version of the application still writes the value, and its writes fail until the new version is deployed. A row that has the value makes the statement fail; with `NOT VALID`, it makes every later UPDATE of the row fail.",
    instead:
      "Deploy a version that no longer writes the value, change the rows that have it, then add the new CHECK. Where other values take its place, a CHECK that allows both comes first.",
    exceptions: [
      "a table that a pending migration creates",
      "a look-up table, whose rows the migrations write, and this one has changed",
      "a CHECK on several columns, or with anything but comparisons with literals",
      "text that differs only in case, accents or blanks at its end, where it may be equal: on MySQL and MariaDB, in `citext` and `char`, and in a column with a collation",
    ],
  },
  messages: {
    writes: "refuses {{values}} in {{column}}, allowed until now: writes with {{them}} fail",
    refuses: "refuses {{values}} in {{column}}, allowed until now: rows and writes with {{them}} fail",
  },
  on: {
    addCheck({ operation, values: { narrowedCheck }, createdPending, show }, { report }) {
      const narrowed = createdPending(operation.table) === "yes" ? undefined : narrowedCheck();
      if (narrowed === undefined) return;
      const values = narrowed.values.slice(0, 3).join(", ");
      const them = narrowed.values.length === 1 ? "it" : "them";
      report({
        at: operation.head,
        message: narrowed.rowsChanged ? "writes" : "refuses",
        data: { values, them, column: show(operation.table, narrowed.column) },
        instead: narrowed.isExchanged ? bothFirst : undefined,
      });
    },
  },
});
