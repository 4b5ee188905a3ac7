import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "create-locks-referenced-table",
  category: "locks",
  severity: "note",
  presets: [],
  dialects: ["postgres"],
  docs: {
    summary: "A new table has a foreign key, which also locks the referenced table.",
    why: "The triggers that hold the key stand on both tables: CREATE TABLE takes SHARE ROW EXCLUSIVE on the referenced one, and its writes wait behind everything that CREATE TABLE waits for, until the transaction ends.",
    instead:
      "Create the table at the end of a short transaction, with a short `lock_timeout`; or without the key, which a transaction of its own adds.",
  },
  messages: { created: "takes {{lock}} on {{tables}}: writes wait for a moment" },
  on: {
    addForeignKey({ operation: key, locks: { lockOn }, show }, { report }) {
      const lock = lockOn(key.references);
      if (key.within !== "createTable" || lock === undefined) return;
      report({ at: key.head, message: "created", data: { lock, tables: show(key.references) } });
    },
  },
});
