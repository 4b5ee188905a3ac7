import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "exclusion-constraint",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD CONSTRAINT … EXCLUDE` on an existing table.",
    why: "PostgreSQL builds its index and checks every row under `ACCESS EXCLUSIVE`: reads and writes wait until it is done. Neither `NOT VALID` nor `USING INDEX` exists for it.",
    instead:
      "On a small or quiet table, set a short `lock_timeout` and run it at a quiet hour. For a large one, create an empty copy of the table with the constraint, carry every write over with a trigger, copy the existing rows in batches, then swap both names in one transaction.",
    exceptions: ["a table that this migration creates", "a constraint in `CREATE TABLE`"],
  },
  messages: {
    builds: "builds an index on {{table}} under ACCESS EXCLUSIVE, and no online way exists for EXCLUDE",
  },
  on: {
    addExclusion({ operation, effects, madeHere, show }, { report }) {
      if (operation.within !== "alterTable" || effects.builds.length === 0) return;
      if (madeHere(operation.table)) return;
      report({ at: operation.head, message: "builds", data: { table: show(operation.table) } });
    },
  },
});
