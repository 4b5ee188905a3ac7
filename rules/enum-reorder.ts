import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "enum-reorder",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  sameCause: ["algorithm-copy"],
  docs: {
    summary: "A new list for an ENUM or SET that isn't the old one with members added at its end.",
    why: "Rows store the number of a member. If a member is removed, the ALTER fails if a row holds it, or without strict mode changes the row to `''`; programs that still write it fail. If members change their numbers, the server copies the whole table, and `ORDER BY`, comparisons and `column + 0` give other results.",
    instead:
      "Add members at the end of the list. Before removing one, change the rows that hold it, in an earlier migration. A separate table for the values needs no ALTER at all.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a change to another type",
      "a column whose old members aren't known",
    ],
  },
  messages: {
    removed: "'{{member}}' is removed from {{column}}: rows that hold it fail the ALTER or become ''",
    moved: "'{{member}}' gets another number in {{column}}: rows are rewritten and sort differently",
  },
  recipe: recipes.findUnfit,
  on: {
    redefineColumn({ operation, mysql: { memberChange }, createdHere, show }, { report }) {
      const change = memberChange();
      if (change === undefined || createdHere(operation.table) === "yes") return;
      const { how, member } = change;
      report({
        at: operation.definition.type.span,
        message: how,
        data: { member, column: show(operation.table, operation.column.text) },
        severity: how === "moved" ? "warning" : undefined,
      });
    },
  },
});
