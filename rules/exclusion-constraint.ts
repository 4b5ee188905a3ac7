import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "exclusion-constraint",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "An EXCLUDE constraint is added to an existing table.",
    why: "Its index is built and every row checked under ACCESS EXCLUSIVE, and there is neither `NOT VALID` nor `USING INDEX` for it: reads and writes wait until it is done.",
    instead:
      "On a small or quiet table: a short `lock_timeout`, in a quiet hour. On a large one: an empty copy of the table with the constraint, a trigger that carries every write over, the old rows in batches, then both names exchanged in one transaction.",
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
