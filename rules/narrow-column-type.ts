import { defineRule, recipes, typeText } from "../src/lint/rule.ts";

export default defineRule({
  id: "narrow-column-type",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A column gets a type that doesn't hold all values of the old one.",
    why: "`bigint` to `integer`, a shorter `varchar` or an `enum` without one of its members fails on the first value that doesn't fit, after the table was locked and half rewritten; a written cast (MySQL: without strict mode) cuts it, and a smaller scale, a `date` for a `timestamptz`, a `real` for a `double precision` round it, without a word. The running application goes on writing values of the old type.",
    instead:
      "Prove first that all values fit, by a query or a CHECK; or fill a new column and keep the old one until nobody misses it.",
  },
  messages: {
    fails: "fails on the first value of {{column}} that doesn't fit: {{change}}",
    strict: "fails in strict mode on, and else changes, values of {{column}} that don't fit: {{change}}",
    loses: "cuts or rounds values of {{column}} without a word: {{change}}",
  },
  recipe: { postgres: recipes.fitByCheck },
  on: {
    redefineColumn({ operation, values: { narrows }, createdHere, show }, { report }) {
      const { table, column, definition, head } = operation;
      if (createdHere(table) === "yes") return;
      const found = narrows();
      if (found === undefined) return;
      const change = `${typeText(found.from)} to ${typeText(definition.type)}`;
      const message = found.how === "fails" ? "strict" : "loses";
      report({ at: head, message, data: { column: show(table, column.text), change } });
    },
    changeColumnType({ operation, values: { narrows }, createdHere, show }, { report }) {
      const { table, column, type, head } = operation;
      if (createdHere(table) === "yes") return;
      const found = narrows();
      if (found === undefined) return;
      const change = `${typeText(found.from)} to ${typeText(type)}`;
      report({ at: head, message: found.how, data: { column: show(table, column.text), change } });
    },
  },
});
