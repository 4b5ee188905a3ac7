import { defineRule, laterRelation, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "unique-option-ignored",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "`unique: true` among the options of a column, which Rails ignores.",
    why: "`add_column`, `t.string` and `t.references` have no such option: migrations for Rails 7.0 and before pass over it, and no unique index is made. The table takes equal values, and nobody notices before they are there. Migrations for Rails 7.1 and later raise an error.",
    instead: "Add a unique index: `index: { unique: true }` beside a column, or `add_index … unique: true`.",
    exceptions: [
      "columns that get a unique index of their own in this migration or, once that is written, in a later one",
      "a table or column that a later migration drops",
    ],
  },
  messages: { ignored: "makes no unique index on {{column}}: Rails ignores `unique: true` there" },
  kinds: { made: ["createTable", "addColumn"] },
  on: {
    made({ operation, after, show }, { report }) {
      for (const column of operation.call?.unheeded ?? []) {
        const made = after.relation(operation.table);
        const table = made.is === "present" ? made.value : undefined;
        if (isUnique(after, after.resolve(operation.table), column)) continue;
        report({
          at: operation.head,
          message: "ignored",
          data: { column: show(operation.table, column) },
          repaired(end) {
            const later = table && laterRelation(end, table);
            const isGone = later !== undefined && !later.columns.some(({ name }) => name === column);
            return isGone || (later !== undefined && isUnique(end, later.key, column));
          },
        });
      }
    },
  },
});

const isUnique = (schema: Step["after"], table: string, column: string): boolean =>
  schema
    .indexesOn(table)
    .some(({ unique, elements }) => unique && elements.length === 1 && elements[0]?.column === column);
