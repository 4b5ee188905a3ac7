import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "currval-before-nextval",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  assumes: "rows",
  docs: {
    summary: "`currval()` or `lastval()` is called where the migration hasn't called `nextval()` before.",
    why: "They return what `nextval()` has returned in this session. In a new one they fail (55000), and migrations usually run in a new session: the statement works only where somebody has tried it by hand.",
    instead:
      "Use `nextval()` for numbers of their own, `(SELECT max(id) FROM …)` for the last number of a table, or `INSERT … RETURNING` for the row just inserted.",
    exceptions: [
      "behind an INSERT, `nextval()`, `setval()` or statements that can't be read",
      "`currval()` in a function, and in a default that isn't computed for old rows",
    ],
  },
  messages: {
    filled:
      "fails if {{table}} has a row and this session hasn't called nextval(): {{text}} is computed for it",
    fails: "fails if this session hasn't called nextval() before: {{text}} has no value then",
  },
  on: {
    operation({ operation, table, rows, createdHere, values: { earlyCurrval }, show }, { report }) {
      const name = earlyCurrval();
      if (name === undefined) return;
      if (operation.kind !== "addColumn" || table === undefined) {
        report({ at: operation.head, message: "fails", data: { text: `${name}()` } });
        return;
      }
      if (createdHere(table) === "yes" || rows(table).are === "none") return;
      report({ at: operation.head, message: "filled", data: { table: show(table), text: `${name}()` } });
    },
  },
});
