import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "trigger-inserts-too-late",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "An `AFTER DELETE` trigger inserts a row that refers to the deleted one by a foreign key.",
    why: "The referenced row is gone when the new one is checked, so that each DELETE fails (23503), whatever `ON DELETE` says and also if the key is `DEFERRABLE INITIALLY DEFERRED`. The same happens if the rows go by `ON DELETE CASCADE` with the row that the new one refers to (run on PostgreSQL 13, 15 and 18).",
    instead:
      "Drop the foreign key: the log then keeps the value when the row is gone. Or leave the column empty for deleted rows, and keep the key's value in another one.",
    exceptions: [
      "an INSERT in a branch of which it isn't certain that a DELETE reaches it; `TG_OP` and `TG_TABLE_NAME` are read",
      "a body that catches errors or builds a text (`EXECUTE`), and a trigger with WHEN",
      "a table with a `BEFORE INSERT` trigger, which may change the row",
      "foreign keys of several columns, and `BEFORE DELETE` triggers",
      "a trigger, a function or a foreign key that a later migration replaces",
    ],
  },
  messages: { late: "DELETE from {{parent}} fails: {{trigger}} then adds a row that {{key}} refuses" },
  on: {
    createTrigger({ operation: { head, name }, values, spell }, { report }) {
      const found = values.insertsTooLate();
      if (found === undefined) return;
      const data = { parent: found.parent, trigger: spell(name), key: spell(found.constraint) };
      report({ at: head, message: "late", data, repaired: found.isGone });
    },
  },
});
