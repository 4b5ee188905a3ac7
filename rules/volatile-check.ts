import { checkRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "volatile-check",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  failuresOfRollback: true,
  alsoRefused: { effects: "checks the text, which is the same if the statement fails" },
  docs: {
    summary:
      "A CHECK or a generated column depends on the time, on chance, on the session or on other tables.",
    why: "A CHECK is evaluated when its row is written and never again. Its condition can become false later, and then a restore of the dump, or the next `VALIDATE`, fails on rows that were valid when they were written. The server refuses a generated column with such an expression (42P17).",
    instead:
      "Use only columns of the same row in the CHECK; enforce the rest with a trigger, a foreign key or an exclusion constraint.",
    exceptions: [
      "a condition that stays true once it is, such as `c <= now()` or `c BETWEEN 1900 AND EXTRACT(YEAR FROM now())`",
      "functions that the history doesn't define",
      "`DEFAULT`",
      "a CHECK of a table that a later migration drops",
    ],
  },
  messages: {
    moves: "is checked only when a row is written: {{part}} changes, and a restore can fail",
    reads: "is checked only when a row is written: {{part}} reads {{tables}}, and a restore can fail",
    generated: "fails: {{part}} isn't immutable, so a generated column can't use it",
  },
  on: {
    operation(step, { report }) {
      const { operation, after, scope, values, show } = step;
      const repaired =
        operation.kind === "addCheck" ? checkRepaired(operation, after, scope.after) : undefined;
      for (const { at, text: part, reads, generated } of values.moving()) {
        const tables = reads
          .slice(0, 2)
          .map((table) => show(table))
          .join(", ");
        if (generated) report({ at, message: "generated", data: { part } });
        else if (tables === "") report({ at, message: "moves", data: { part }, repaired });
        else report({ at, message: "reads", data: { part, tables }, repaired });
      }
    },
  },
});
