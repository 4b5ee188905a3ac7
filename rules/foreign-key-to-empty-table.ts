import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "foreign-key-to-empty-table",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  assumes: "rows",
  sameCause: ["foreign-key-without-not-valid"],
  docs: {
    summary:
      "An existing table gets a foreign key to a table that the migration, or the changeset before it in its file, creates and adds no row to, or to a key that is never generated.",
    why: "The server checks the existing rows (23503 on PostgreSQL, 1452 on MySQL and MariaDB). No value in the column is in the new table, so the statement fails as soon as a row has one. A test database without rows doesn't show it. Nor is a default of 0 or less, which every row of a new column gets, in a table whose generated keys begin with 1. `NOT VALID` only moves the failure to `VALIDATE CONSTRAINT`.",
    instead:
      "Before the key, insert into the new table the rows that the old ones refer to (`INSERT INTO customers (id) SELECT DISTINCT customer_id FROM orders WHERE customer_id IS NOT NULL`), or set the column to NULL if its values mean nothing. If the application has to fill the new table, add the key in a later migration.",
    exceptions: [
      "a column that this migration adds without a default, or sets: its rows hold NULL, or what was written",
      "a table that this migration creates, empties or needs to be empty",
      "a note: a new column whose default is another key than 0 or less, which no migration inserts: the row may be there",
      "a note: a column that may be NULL and that the history gives no value: it was made for the table that comes only now",
      "a foreign key with `NOT VALID`, `NOT ENFORCED` or `foreign_key_checks = 0`",
      "a migration that calls functions, or runs SQL that isn't known before: it may fill the new table",
    ],
  },
  messages: {
    rows: "fails if {{table}} has a row: {{columns}} refers to {{other}}, which is new and empty",
    default: "fails if {{table}} has a row and {{other}} none for {{value}}: generated keys begin with 1",
    constant: "fails if {{table}} has a row and {{other}} none for {{value}}",
    values: "fails if {{columns}} has a value in a row of {{table}}: {{other}} is new and empty",
  },
  on: {
    addForeignKey({ operation: key, before, values, show, spell }, { report }) {
      const message = values.refersToNone();
      if (message === undefined) return;
      const columns = key.columns.map((column) => spell(column)).join(", ");
      if (message === "default" || message === "constant") {
        const found = before.column(key.table, key.columns[0]?.text ?? "");
        const value = (found.is === "present" && found.value.default?.text) || "the default";
        const data = { table: show(key.table), other: show(key.references), value };
        const instead = `Add ${columns} as NULL without the default, set it to keys that ${data.other} has, and make it NOT NULL in a later migration.`;
        // Most probably, somebody has looked for the row.
        report({
          at: key.head,
          message,
          severity: message === "constant" ? "note" : undefined,
          data,
          instead,
        });
        return;
      }
      const isOptional = key.columns.some(({ text }) => {
        const found = before.column(key.table, text);
        return found.is === "present" && found.value.notNull !== "yes";
      });
      const emptied = isOptional ? ` or set ${columns} to NULL if its values mean nothing,` : "";
      report({
        at: key.head,
        message: message === "rows" ? "rows" : "values",
        severity: message === "values" ? "warning" : message === "unfilled" ? "note" : undefined,
        data: { table: show(key.table), columns, other: show(key.references) },
        instead: `Before it, insert the rows that ${columns} refers to into ${show(key.references)},${emptied} or add the key in a later migration, when they are there.`,
      });
    },
  },
});
