import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "duplicate-row",
  category: "data",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A migration inserts two rows with the same literals in the columns of a unique key.",
    why: "The server refuses the second row (23505; MySQL and MariaDB 1062), so the migration fails on every server. On MySQL and MariaDB, what it did before stays.",
    instead: "Leave the second row out, or correct its values.",
    exceptions: [
      "rows of two migrations",
      "values that aren't literals, or that are written differently",
      "`ON CONFLICT`, `INSERT IGNORE`, `ON DUPLICATE KEY UPDATE` and `REPLACE`",
      "rows between which the migration changes or deletes rows, calls a function or drops something",
      "a table with triggers or rules, and keys that are `DEFERRABLE`",
      "rows that a loop, a condition or a body of code inserts",
      "MySQL and MariaDB: keys on prefixes of columns, and 0 in an `AUTO_INCREMENT` column",
    ],
  },
  messages: {
    before: "fails: an INSERT before it gives {{table}} the same {{columns}}, which {{key}} holds unique",
    within: "fails: two of its rows have the same {{columns}}, which {{key}} holds unique",
  },
  on: {
    insertRows(step, { report }) {
      const { operation, before, values, show, spell } = step;
      const twice = values.insertedTwice();
      if (twice === undefined) return;
      const { index, columns, at, first } = twice;
      const data = { columns: columns.map(spell).join(", "), key: before.spell(index) };
      if (first === step) {
        report({ at, message: "within", data });
        return;
      }
      report({
        at,
        message: "before",
        data: { ...data, table: show(operation.table) },
        related: [{ at: first.operation.head, message: "the first row" }],
      });
    },
  },
});
