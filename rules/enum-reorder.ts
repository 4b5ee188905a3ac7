import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "enum-reorder",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "An ENUM or SET gets a list that isn't the old one with members added at its end.",
    why: "Rows keep the number of a member. A member that is gone makes the ALTER fail where a row holds it, or turns it into `''` without strict mode; programs that still write it fail. Members in another order copy the whole table, and `ORDER BY`, comparisons and `column + 0` answer otherwise.",
    instead:
      "Add members at the end of the list. Before one goes, change the rows that hold it, in an earlier migration. A table of its own for the values needs no ALTER at all.",
  },
  messages: {
    removed:
      "'{{member}}' is no member of {{column}} any more: rows that hold it fail the ALTER or become ''",
    moved: "'{{member}}' gets another number in {{column}}: rows are written anew, and sort otherwise",
  },
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
