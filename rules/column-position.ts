import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "column-position",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  fix: "safe",
  docs: {
    summary: "`FIRST` or `AFTER` for a column that is added to an existing table or moved.",
    why: "The position shifts columns for `SELECT *` and for INSERT without a column list: values go into other columns. Before MySQL 8.0.29 a column can be added with `ALGORITHM=INSTANT` only at the end, and moving an existing column rebuilds the table on every version.",
    instead: "Leave the position out. A view can show the columns in any order.",
    exceptions: ["a table that this migration creates, unless rows were committed to it before"],
  },
  messages: {
    placed: "placing {{column}} here shifts columns for SELECT * and for INSERT without a column list",
  },
  on: {
    addColumn({ operation, createdHere, spell, edits }, { report }) {
      const position = operation.column.mysql?.position;
      if (position === undefined || createdHere(operation.table) === "yes") return;
      const edit = edits.withoutPosition();
      report({
        at: position.span,
        message: "placed",
        data: { column: spell(operation.column.name) },
        fix: edit && { title: "remove the position that it has anyway", edits: [edit] },
      });
    },
    redefineColumn({ operation, createdHere, spell, edits }, { report }) {
      const position = operation.definition.mysql?.position;
      if (position === undefined || createdHere(operation.table) === "yes") return;
      const edit = edits.withoutPosition();
      report({
        at: position.span,
        message: "placed",
        data: { column: spell(operation.column) },
        fix: edit && { title: "remove the position that it has anyway", edits: [edit] },
      });
    },
  },
});
