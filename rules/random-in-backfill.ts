import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "random-in-backfill",
  category: "data",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A backfill writes random values, such as new UUIDs, into old rows.",
    why: "Each server, and each further run, gets other values: what one environment refers to, another doesn't have, and a rollback followed by the migration loses them.",
    instead:
      "Derive the value from the row (`md5(id::text)::uuid`; MySQL: `MD5(id)`) where environments have to agree; else fill only what is still NULL, so that a second run changes nothing.",
  },
  messages: { chance: "writes {{call}} into old rows: other values on every server and in every run" },
  on: {
    operation({ values: { movingValue } }, { report }) {
      const found = movingValue("chance");
      if (found !== undefined) report({ at: found.at, message: "chance", data: { call: found.text } });
    },
  },
});
