import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "bare-timestamp",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  declared: true,
  docs: {
    summary: "`TIMESTAMP` without `NULL` and `DEFAULT` on MySQL 5.7 or MariaDB before 10.10.",
    why: "These servers make up a default. The first such column of a table becomes NOT NULL, and every UPDATE that doesn't set it sets it to the current time. The others get `'0000-00-00 00:00:00'`. A newer server makes the column nullable, without a default, so the same migration creates another schema there.",
    instead: "State both: `TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP`, or `TIMESTAMP NULL DEFAULT NULL`.",
    exceptions: [
      "a project that doesn't state its server version",
      "generated columns, and types that `ALTER` changes",
    ],
  },
  messages: {
    current: "{{column}} has neither NULL nor a default: every UPDATE sets it to the current time",
    zero: "{{column}} has neither NULL nor a default: it gets the default '0000-00-00 00:00:00'",
  },
  on: {
    operation({ mysql: { bareTimestamps } }, { report }) {
      for (const { column, at, gets } of bareTimestamps()) report({ at, message: gets, data: { column } });
    },
  },
});
