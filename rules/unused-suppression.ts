import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unused-suppression",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  fix: "safe",
  docs: {
    summary: "A suppression comment that suppresses nothing, or names no rule.",
    why: "It hides a finding that comes later and that nobody has looked at.",
    instead: "Delete it, or mend the rule's name.",
  },
  messages: {
    unused: "suppresses nothing: no finding of {{rule}} here",
    misplaced: "suppresses nothing here: the finding of {{rule}} is on line {{line}}",
    unknown: "there is no rule {{rule}}{{nearest}}",
    directive: "{{name}} is no directive{{nearest}}",
  },
  // The engine reports these after all other rules: only then is it known what was suppressed.
  on: {},
});
