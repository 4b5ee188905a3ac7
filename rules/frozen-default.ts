import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "frozen-default",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  declared: true,
  docs: {
    summary:
      "A default such as `'now'` or `'now()'`, in quotes: the time of the migration, not that of the row.",
    why: "PostgreSQL converts a literal to the column's type when the statement runs. `'now'`, `'today'`, `'yesterday'` and `'tomorrow'`, also with parentheses behind them, become the time of that moment, which the catalogue keeps: every row that leaves the column out gets it forever (manual, section 8.5.1.4).",
    instead: "Call the function, without quotes: `DEFAULT now()`, `DEFAULT CURRENT_DATE`.",
    exceptions: [
      "`'now'::text`, which is converted whenever it is evaluated",
      "a default that the migration itself replaces",
    ],
  },
  messages: {
    frozen: "rows without a value in {{column}} get the time of this statement: {{value}} is evaluated once",
  },
  on: {
    operation({ after, values: { frozenDefaults }, show }, { report }) {
      for (const { table, column, value, call } of frozenDefaults()) {
        const data = { column: show(table, column), value: value.text };
        const instead = call && `Write DEFAULT ${call}, without quotes.`;
        const repaired = columnRepaired(after, table, column, (its) => its.default?.text === value.text);
        report({ at: value.span, message: "frozen", data, instead, repaired });
      }
    },
  },
});
