import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "now-in-backfill",
  category: "data",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A backfill writes the time at which it runs into old rows.",
    why: "Each server, and each further run, gets other values, and none says when the row was really made. Columns that tell of the change itself (`updated_at`) are left in peace.",
    instead:
      "Take a time that the rows have, or write the time out: `timestamptz '2026-01-31 09:00+00'` (MySQL: `'2026-01-31 09:00:00'`).",
  },
  messages: { time: "writes {{call}} into old rows: another time on every server" },
  on: {
    operation({ values: { movingValue } }, { report }) {
      const found = movingValue("clock");
      if (found !== undefined) report({ at: found.at, message: "time", data: { call: found.text } });
    },
  },
});
