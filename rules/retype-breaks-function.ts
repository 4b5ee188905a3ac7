import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "retype-breaks-function",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "A column gets a type that no operator compares with the parameter of a function that is compared with it.",
    why: "The body of a function is only text, so `ALTER TABLE` succeeds, and the next call of the function fails: `operator does not exist: uuid = integer` (42883).",
    instead:
      "Drop the function and create it with a parameter of the new type, in the same migration; the callers pass another type then.",
    exceptions: [
      "a function that the same migration replaces or drops",
      "a comparison with a cast or an expression, and parameters of other types than numbers, text, `uuid`, `boolean`, `bytea`, dates and timestamps",
      "a column whose name another table of the function has, too",
      "a history that creates operators or casts",
    ],
  },
  messages: {
    breaks:
      "the next call of {{function}}() fails: no operator compares {{column}} ({{type}}) with {{parameter}} ({{was}})",
  },
  on: {
    changeColumnType({ operation, dependents: { functionsOfOldType }, show }, { report }) {
      for (const { routine, parameter } of functionsOfOldType())
        report({
          at: operation.head,
          message: "breaks",
          data: {
            function: show(`${routine.schema}.${routine.name}`),
            column: operation.column.text,
            type: operation.type.text,
            parameter: parameter.name,
            was: parameter.type.text,
          },
          related: [{ at: routine.origin, message: "created here" }],
        });
    },
  },
});
