import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "trigger-deletes-too-late",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "An `AFTER DELETE` trigger deletes the rows that refer to the deleted one, behind a foreign key that refuses the DELETE before.",
    why: "A foreign key without `ON DELETE CASCADE` or `SET NULL` is checked before the trigger runs. While there are such rows, the DELETE fails; when there are none, the trigger has nothing to do. PostgreSQL runs the checks of foreign keys as triggers called `RI_ConstraintTrigger…`, in the order of the names; MySQL and MariaDB check at each row.",
    instead:
      "Use a `BEFORE DELETE` trigger, or give the foreign key `ON DELETE CASCADE` and drop the trigger.",
    exceptions: [
      "a foreign key that is `DEFERRABLE`, or has another action",
      'a trigger whose name sorts before those of foreign keys on PostgreSQL, such as `"Cleanup"`',
      "a table with another trigger that may delete the rows before",
      "foreign keys of several columns",
      "a trigger or a foreign key that a later migration replaces",
    ],
  },
  messages: { late: "DELETE fails before {{trigger}} runs: {{key}} refuses it while {{child}} has rows" },
  on: {
    createTrigger({ operation: { head, name }, values, spell }, { report }) {
      const found = values.deletesTooLate();
      if (found === undefined) return;
      const data = { trigger: spell(name), key: spell(found.constraint), child: found.child };
      report({ at: head, message: "late", data, repaired: found.isGone });
    },
  },
});
