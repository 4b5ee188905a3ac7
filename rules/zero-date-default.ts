import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "zero-date-default",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "A default like `'0000-00-00'`, which is no day.",
    why: "MySQL refuses it since 5.7: its default mode has NO_ZERO_DATE and NO_ZERO_IN_DATE. Where the mode allows it, and on MariaDB, rows hold a value that drivers read as NULL, as another day or not at all, and that a server with the usual mode doesn't take back.",
    instead:
      "`DEFAULT NULL` for a day that isn't known, `DEFAULT CURRENT_TIMESTAMP` for the time of the row.",
  },
  messages: {
    refused: "fails unless sql_mode is without NO_ZERO_DATE: the default of {{column}} is a zero date",
    kept: "{{column}}'s default is no day: clients read it as NULL or fail",
  },
  on: {
    operation({ mysql: { zeroDates } }, { report }) {
      for (const { column, at, refused } of zeroDates()) {
        if (refused) report({ at, message: "refused", data: { column } });
        else report({ at, message: "kept", data: { column }, severity: "warning" });
      }
    },
  },
});
