import { defineRule, laterRelation } from "../src/lint/rule.ts";

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
    key({ operation, scope, indexes, madeHere, show, spell }, { report }) {
      const index = indexes.indexMade(scope.after);
      const found = index && scope.after.relation(index.table);
      if (index?.unique !== true || index.where !== undefined || found?.is !== "present") return;
      const [name, ...more] = index.elements.map(({ column }) => column);
      if (name === undefined || more.length > 0 || !madeHere(operation.table)) return;
      const column = found.value.columns.find((one) => one.name === name);
      const value = column?.default;
      if (value?.constant !== true || value.isNull || /^bool|^bit$|^tinyint$/.test(column?.type?.name ?? ""))
        return;
      const isChecked = found.value.constraints.some(
        (one) => one.kind === "check" && one.expression.columns.some((used) => used.column === name),
      );
      if (isChecked) return;
      report({
        at: operation.head,
        message: "shared",
        data: { column: spell(name), table: show(operation.table), value: value.text },
        repaired(end) {
          const later = laterRelation(end, found.value);
          const now = later?.columns.find((one) => one.name === name);
          return (
            later === undefined ||
            now?.default?.constant !== true ||
            !end.indexesOn(later.key).some((one) => one.name === index.name && one.unique)
          );
        },
      });
    },
  },
});
