import { columnRepaired, defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "zero-date-default",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  declared: true,
  docs: {
    summary: "A default such as `'0000-00-00'`, which isn't a valid date.",
    why: "MySQL 5.7 and later refuse it: the default `sql_mode` has NO_ZERO_DATE and NO_ZERO_IN_DATE. If the mode permits it, and on MariaDB, rows have a value that clients read as NULL, as another day or not at all, and that a server with the default mode doesn't accept again.",
    instead:
      "Use `DEFAULT CURRENT_TIMESTAMP` for the time of the row. For a day that isn't known, use `DEFAULT NULL` in a column without NOT NULL.",
    exceptions: [
      "values in rows, and columns of other types",
      "where the mode permits it, a default that a later migration changes, or a column that it drops",
    ],
  },
  messages: {
    refused: "fails unless sql_mode is without NO_ZERO_DATE: the default of {{column}} is a zero date",
    kept: "the default of {{column}} is a zero date: clients read it as NULL or fail",
  },
  on: {
    operation({ mysql: { zeroDates }, table, after }, { report }) {
      for (const { column, text, at, refused } of zeroDates()) {
        const repaired = table && columnRepaired(after, table, column, (its) => its.default?.text === text);
        if (refused) report({ at, message: "refused", data: { column } });
        else report({ at, message: "kept", data: { column }, severity: "warning", repaired });
      }
    },
  },
});
