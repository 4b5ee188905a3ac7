import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "column-position",
  category: "compatibility",
  severity: "note",
  presets: [],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`FIRST` or `AFTER`: a column is placed among those that are there.",
    why: "The order means nothing to the application, unless it says `SELECT *` or INSERT without columns: then values go into other columns. Before MySQL 8.0.29 only a column at the end is added instantly, and moving one that is there rebuilds the table on any version.",
    instead: "Leave the position out; a view shows columns in any order.",
  },
  messages: {
    placed: "INSERT without a column list and SELECT * find {{column}} and its neighbours moved",
  },
  on: {
    addColumn({ operation, createdHere, spell }, { report }) {
      const position = operation.column.mysql?.position;
      if (position === undefined || createdHere(operation.table) === "yes") return;
      report({ at: position.span, message: "placed", data: { column: spell(operation.column.name) } });
    },
    redefineColumn({ operation, createdHere, spell }, { report }) {
      const position = operation.definition.mysql?.position;
      if (position === undefined || createdHere(operation.table) === "yes") return;
      report({ at: position.span, message: "placed", data: { column: spell(operation.column) } });
    },
  },
});
