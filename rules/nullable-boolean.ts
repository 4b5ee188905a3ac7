import { columnRepaired, defineRule, type ColumnType } from "../src/lint/rule.ts";

/** MySQL's BOOLEAN is `tinyint(1)`. */
const isBoolean = ({ name, modifiers }: ColumnType): boolean =>
  name === "boolean" || (name === "tinyint" && modifiers[0] === 1);

export default defineRule({
  id: "nullable-boolean",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "A `boolean` column may be NULL at the end of the migration that creates it.",
    why: "It has three values: a row whose `active` is NULL matches neither `WHERE active` nor `WHERE NOT active`.",
    instead: "Declare it `boolean NOT NULL DEFAULT false`.",
    exceptions: [
      "a column that the same migration makes NOT NULL",
      "arrays and generated columns",
      "a column whose type is changed to `boolean`",
    ],
  },
  messages: {
    three: "{{column}} may be NULL: such a row matches neither WHERE {{name}} nor WHERE NOT {{name}}",
  },
  on: {
    operation({ operation, after, values: { writtenTypes }, scope, show }, { report }) {
      if (operation.kind === "changeColumnType") return;
      for (const { table, column, type } of writtenTypes()) {
        if (!isBoolean(type) || type.dimensions > 0) continue;
        const found = scope.after.column(table, column);
        if (found.is !== "present" || found.value.notNull !== "no" || found.value.generated) continue;
        const data = { column: show(table, column), name: scope.after.spell(found.value) };
        const repaired = columnRepaired(after, table, column, (its) => its.notNull === "no");
        report({ at: type.span, message: "three", data, repaired });
      }
    },
  },
});
