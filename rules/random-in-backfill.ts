import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "random-in-backfill",
  category: "data",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A backfill writes random values, such as new UUIDs, into old rows.",
    why: "Each server and each run writes other values: what one environment refers to doesn't exist in another, and a rollback followed by the migration loses them.",
    instead: {
      postgres:
        "Derive the value from the row (`md5(id::text)::uuid`) if environments must agree; otherwise fill only rows that are still NULL.",
      mysql:
        "Derive the value from the row (`MD5(id)`) if environments must agree; otherwise fill only rows that are still NULL.",
    },
    exceptions: [
      "the condition of a WHERE",
      "defaults, and rows that `INSERT … VALUES` adds",
      "the body of a function or procedure that the migration calls",
    ],
  },
  messages: { chance: "writes {{call}} into old rows: different values on every server and in every run" },
  on: {
    operation({ values: { movingValue } }, { report }) {
      const found = movingValue("chance");
      if (found !== undefined) report({ at: found.at, message: "chance", data: { call: found.text } });
    },
  },
});
