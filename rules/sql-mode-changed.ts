import { defineRule, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "sql-mode-changed",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`sql_mode` is set to a mode that isn't strict.",
    why: "Without strict mode the server truncates a value that doesn't fit, and stores an invalid date as `0000-00-00` and a missing value as `0` or `''`, with a warning that no tool shows. The mode stays in force for what the session runs next.",
    instead:
      "Correct the values that strict mode refuses. If the mode has to change, remove only the part in question: `SET sql_mode = REPLACE(@@sql_mode, 'NO_ZERO_DATE', '')`, and set it back.",
    exceptions: [
      "a mode with `STRICT_TRANS_TABLES`, `STRICT_ALL_TABLES` or `TRADITIONAL`",
      "a mode that is computed from `@@sql_mode` or a variable",
      "a mode that is set back before rows or columns of an existing table change, as in dumps",
      "`SET GLOBAL`",
    ],
  },
  messages: {
    stays: "values that don't fit are truncated silently in everything the session runs next",
    loose: "values of {{table}} that don't fit are truncated silently until the mode is set back",
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
        report({ at: operation.head, message: "stays", instead: added(operation.value) });
        return;
      }
      for (const step of meanwhile) {
        const table = writtenTable(step);
        if (table === undefined) continue;
        report({
          at: operation.head,
          message: "loose",
          data: { table: show(table) },
          instead: added(operation.value),
          related: [{ at: step.operation.head, message: "may truncate values" }],
        });
        return;
      }
    },
  },
});

/** A dump is in need of this mode for the rows whose key is 0, and of no other one. */
function added(mode: string | undefined): string | undefined {
  const name = "NO_AUTO_VALUE_ON_ZERO";
  return mode?.toUpperCase() === name
    ? `Add it to the modes that the server has, \`SET sql_mode = CONCAT(@@sql_mode, ',${name}')\`, and set the mode back.`
    : undefined;
}

/** An existing table whose values the step may change. */
function writtenTable({ operation, madeHere, skipped }: Step): QualifiedName | undefined {
  const { kind } = operation;
  const writes =
    kind === "insertRows" || kind === "updateRows" || kind === "redefineColumn" || kind === "convertCharset";
  return writes && !skipped && !madeHere(operation.table) ? operation.table : undefined;
}
