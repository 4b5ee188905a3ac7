import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "bare-timestamp",
  category: "schema",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary:
      "A TIMESTAMP without NULL and DEFAULT on a server that then makes up a default: MySQL 5.7, MariaDB before 10.10.",
    why: "The first such column of a table becomes NOT NULL and is set to the current time by every UPDATE that doesn't name it; the others get `'0000-00-00 00:00:00'`. A newer server makes the column nullable, without a default: the same migration gives another schema there.",
    instead: "Say both: `TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP`, or `TIMESTAMP NULL DEFAULT NULL`.",
  },
  messages: {
    current: "{{column}} is set to the current time by every UPDATE: nothing else is written",
    zero: "{{column}} gets the default '0000-00-00 00:00:00': nothing else is written",
  },
  on: {
    operation({ mysql: { bareTimestamps } }, { report }) {
      for (const { column, at, gets } of bareTimestamps()) report({ at, message: gets, data: { column } });
    },
  },
});
