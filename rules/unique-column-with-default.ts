import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-column-with-default",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A column of a new table is unique by itself, and its default is one value for all rows.",
    why: "The first row that doesn't state the column takes the value. The second one is refused as a duplicate (PostgreSQL 23505, MySQL and MariaDB 1062).",
    instead:
      "Leave the key out if rows may share the value, as with a status: many rows are active. Leave the default out if each row has its own.",
    exceptions: [
      "a primary key, a partial index, and a key of several columns",
      "a default that is NULL, or computed for each row",
      "a boolean column, and one with a CHECK: a table of a single row is made so",
      "a key or a default that a later migration drops",
    ],
  },
  messages: {
    shared:
      "{{column}} of {{table}} is unique, with the default {{value}}: a second row that doesn't state it is refused",
  },
  kinds: { key: ["addUnique", "createIndex"] },
  on: {
    key({ operation, indexes, show, spell }, { report }) {
      const found = indexes.sharedDefault();
      if (found === undefined) return;
      const { column, value, isGone } = found;
      const data = { column: spell(column), table: show(operation.table), value };
      report({ at: operation.head, message: "shared", data, repaired: isGone });
    },
  },
});
