import { defineRule, recipes, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "narrow-column-type",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  sameCause: ["change-column-type", "algorithm-copy"],
  assumes: "rows",
  docs: {
    summary: "A column gets a type that can't hold all values of the old one.",
    why: "`bigint` to `integer`, a shorter `varchar` or an `enum` without one of its members fails on the first value that doesn't fit, after the table was locked and half rewritten. An explicit cast, or on MySQL and MariaDB a session without strict mode, silently cuts the value. A smaller scale, `timestamptz` to `date`, or `double precision` to `real` silently rounds or cuts it. No value of `vector(1536)` converts to `vector(1024)`. The running application still writes values of the old type.",
    instead:
      "Check first that all values fit, by a query or a CHECK; or fill a new column and keep the old one until nothing uses it.",
    exceptions: [
      "a table that this migration creates",
      "a `USING` expression that computes the new values rather than only casting",
      "a column whose type isn't known",
      "a column that this migration adds, with a default that fits; of one added less than two days before, which no migration fills, it is a note",
    ],
  },
  messages: {
    fails: "fails on the first value of {{column}} that doesn't fit: {{change}}",
    default: "fails on rows of {{column}} with its default {{default}}: {{change}}",
    strict: "fails in strict mode if values of {{column}} don't fit, otherwise changes them: {{change}}",
    refuses: "fails if any row has a value in {{column}}: {{change}}",
    loses: "silently cuts or rounds values of {{column}}: {{change}}",
  },
  recipe: { postgres: recipes.fitByCheck, mysql: recipes.findUnfit },
  on: {
    redefineColumn({ operation, values: { narrows }, createdHere, show }, { report }) {
      const { table, column, definition, head } = operation;
      if (createdHere(table) === "yes") return;
      const found = narrows();
      if (found === undefined) return;
      const change = `${typeText(found.from)} to ${typeText(definition.type)}`;
      const message = found.how === "loses" ? "loses" : "strict";
      report({ at: head, message, data: { column: show(table, column.text), change } });
    },
    changeColumnType({ operation, values: { narrows }, createdHere, show }, { report }) {
      const { table, column, type, head } = operation;
      if (createdHere(table) === "yes") return;
      const found = narrows();
      if (found === undefined) return;
      const change = `${typeText(found.from)} to ${typeText(type)}`;
      const data = { column: show(table, column.text), change };
      const { newAt, refusedDefault } = found;
      const added = newAt && [
        { at: newAt, message: "adds the column: no row may hold another value than its default" },
      ];
      if (refusedDefault === undefined)
        report({ at: head, message: found.how, data, severity: newAt && "note", related: added });
      else report({ at: head, message: "default", data: { ...data, default: refusedDefault } });
    },
  },
});
