import { defineRule, insertAt, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "check-without-not-valid",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  fix: "suggestion",
  docs: {
    summary: "A CHECK is added to an existing table and validated at once.",
    why: "The server reads the whole table under ACCESS EXCLUSIVE: reads and writes wait meanwhile.",
    instead: "Add it `NOT VALID` (no scan), then `VALIDATE CONSTRAINT` in another transaction.",
  },
  messages: { scans: "reads all of {{table}} under ACCESS EXCLUSIVE: reads and writes wait" },
  recipe: recipes.notValidThenValidate,
  on: {
    addCheck({ operation: check, effects, createdHere, show }, { report }) {
      if (check.within !== "alterTable" || check.notValid || createdHere(check.table) === "yes") return;
      if (effects.scans.length === 0) return;
      report({
        at: check.head,
        message: "scans",
        data: { table: show(check.table) },
        fix: { title: "add NOT VALID", edits: [insertAt(check.span.end, " NOT VALID")] },
      });
    },
  },
});
