import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "check-without-not-valid",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD CHECK` without `NOT VALID` on an existing table.",
    why: "PostgreSQL reads the whole table under `ACCESS EXCLUSIVE` to check its rows: reads and writes wait meanwhile. It fails at the first row that breaks the constraint.",
    instead:
      "Correct the rows that break it first. Add it as `NOT VALID`, which reads no row, then run `VALIDATE CONSTRAINT` in another transaction.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a CHECK that is `NOT ENFORCED`",
      "a CHECK within `ADD COLUMN` (see `add-column-with-constraint`)",
    ],
  },
  messages: {
    scans: "reads all of {{table}} under ACCESS EXCLUSIVE: reads and writes wait",
    fails: "reads all of {{table}} under ACCESS EXCLUSIVE, and fails if an old row breaks it: all wait",
  },
  recipe: recipes.notValidThenValidate,
  on: {
    addCheck({ operation: check, effects, values: { mayBreak }, createdHere, show }, { report }) {
      if (check.within !== "alterTable" || check.notValid || createdHere(check.table) === "yes") return;
      if (effects.scans.length === 0) return;
      // No fix: NOT VALID alone leaves the old rows unchecked, and VALIDATE belongs into another transaction.
      report({ at: check.head, message: mayBreak() ? "fails" : "scans", data: { table: show(check.table) } });
    },
  },
});
