import { defineRule, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "sql-mode-changed",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`sql_mode` is set to a mode that isn't strict.",
    why: "Without strict mode a value that doesn't fit is cut, an invalid date becomes `0000-00-00` and a missing value `0` or `''`, with a warning that no tool shows. It stays for what the session runs next. Said where the mode isn't set back, or where a table that was there is changed before it is.",
    instead:
      "Mend the values that strict mode refuses. Where the mode has to change, take out the one part and keep the rest: `SET sql_mode = REPLACE(@@sql_mode, 'NO_ZERO_DATE', '')`, and set it back.",
  },
  messages: {
    stays: "values that don't fit are cut silently, for whatever the session runs next",
    loose: "values of {{table}} that don't fit are cut silently until the mode is set back",
  },
  on: {
    setOption({ operation, mysql: { loosens }, later, show }, { report }) {
      if (operation.scope !== undefined || !loosens()) return;
      const steps = later();
      const back = steps.findIndex(
        ({ operation: { kind }, operation: other }) =>
          kind === "setOption" && "name" in other && other.name === operation.name,
      );
      const meanwhile = back < 0 ? steps : steps.slice(0, back);
      if (back < 0) {
        report({ at: operation.head, message: "stays" });
        return;
      }
      for (const step of meanwhile) {
        const table = writtenTable(step);
        if (table === undefined) continue;
        report({
          at: operation.head,
          message: "loose",
          data: { table: show(table) },
          related: [{ at: step.operation.head, message: "may cut values" }],
        });
        return;
      }
    },
  },
});

/** A table that was there, and whose values the step may change. */
function writtenTable({ operation, madeHere, skipped }: Step): QualifiedName | undefined {
  const { kind } = operation;
  const writes =
    kind === "insertRows" || kind === "updateRows" || kind === "redefineColumn" || kind === "convertCharset";
  return writes && !skipped && !madeHere(operation.table) ? operation.table : undefined;
}
