import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "generated-column-fails-on-rows",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  assumes: "rows",
  docs: {
    summary: "A generated column is added whose expression may have no value for an old row.",
    why: "The server computes the column for every row. One row for which the expression is NULL fails a NOT NULL column (23502), one text that isn't a number fails a cast (22P02). Inserts and updates of the running application fail in the same way from then on.",
    instead:
      "Find those rows before. Use `coalesce()` for a value that may be missing, a CASE around the cast, or leave NOT NULL out.",
    exceptions: [
      "a table that this migration creates or empties",
      "an expression with `coalesce`, CASE, `nullif`, `concat`, `greatest` or `IS`",
      "columns that are NOT NULL or not known",
      "`VIRTUAL` columns that are nullable",
    ],
  },
  messages: {
    null: "fails if {{of}} is NULL in a row of {{table}}: {{column}} is NOT NULL",
    cast: "fails if {{of}} of a row of {{table}} isn't a valid {{type}}",
  },
  on: {
    addColumn({ operation, values: { generatedFault }, createdHere, rows, show, spell }, { report }) {
      const { table, column, head } = operation;
      const fault = generatedFault();
      if (fault === undefined || createdHere(table) === "yes" || rows(table).are === "none") return;
      const data = { of: fault.of, table: show(table) };
      if (fault.how === "cast") report({ at: head, message: "cast", data: { ...data, type: fault.type } });
      else report({ at: head, message: "null", data: { ...data, column: spell(column.name) } });
    },
  },
});
