import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "create-locks-referenced-table",
  category: "locks",
  severity: "note",
  presets: [],
  dialects: ["postgres"],
  docs: {
    summary: "`CREATE TABLE` with a foreign key to an existing table.",
    why: "A foreign key has triggers on both tables, so CREATE TABLE takes `SHARE ROW EXCLUSIVE` on the referenced one. Writes to that table wait while CREATE TABLE waits for its lock, and then until the transaction ends.",
    instead:
      "Create the table at the end of a short transaction, with a short `lock_timeout`. Or create it without the key, and add the key in a separate transaction.",
    exceptions: ["a referenced table that this migration creates", "a foreign key to the new table itself"],
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
