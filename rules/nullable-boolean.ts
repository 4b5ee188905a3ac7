import { defineRule, type ColumnType } from "../src/lint/rule.ts";

/** MySQL's BOOLEAN is `tinyint(1)`. */
const isBoolean = ({ name, modifiers }: ColumnType): boolean =>
  name === "boolean" || (name === "tinyint" && modifiers[0] === 1);

export default defineRule({
  id: "nullable-boolean",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  docs: {
    summary: "A `boolean` column may be NULL at the end of the migration that makes it.",
    why: "It has three values: `WHERE NOT active` finds no row whose `active` is NULL, and neither does `WHERE active`.",
    instead: "`boolean NOT NULL DEFAULT false`.",
  },
  messages: { three: "{{column}} may be NULL: neither it nor its NOT finds such a row" },
  on: {
    operation({ operation, values: { writtenTypes }, scope, show }, { report }) {
      if (operation.kind === "changeColumnType") return;
      for (const { table, column, type } of writtenTypes()) {
        if (!isBoolean(type) || type.dimensions > 0) continue;
        const found = scope.after.column(table, column);
        if (found.is !== "present" || found.value.notNull !== "no" || found.value.generated) continue;
        report({ at: type.span, message: "three", data: { column: show(table, column) } });
      }
    },
  },
});
