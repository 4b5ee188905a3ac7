import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "now-in-backfill",
  category: "data",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A backfill writes the current time into old rows.",
    why: "Each server and each run writes other values, and none of them is the time at which the row was really created.",
    instead: {
      postgres: "Use a time that the rows have, or a constant: `timestamptz '2026-01-31 09:00+00'`.",
      mysql: "Use a time that the rows have, or a constant: `'2026-01-31 09:00:00'`.",
    },
    exceptions: [
      "columns for the time of the change itself, such as `updated_at`",
      "the condition of a WHERE",
      "defaults, and rows that `INSERT … VALUES` adds",
      "the body of a function or procedure that the migration calls",
    ],
  },
  messages: { time: "writes {{call}} into old rows: a different time on every server" },
  on: {
    operation({ values: { movingValue } }, { report }) {
      const found = movingValue("clock");
      if (found !== undefined) report({ at: found.at, message: "time", data: { call: found.text } });
    },
  },
});
