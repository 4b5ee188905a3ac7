import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unused-suppression",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["up", "down"],
  fix: "safe",
  docs: {
    summary: "A suppression comment that suppresses nothing, or names no rule.",
    why: "It would hide a later finding that nobody has reviewed.",
    instead: "Delete it, or correct the name of the rule.",
    exceptions: [
      "a suppression of a rule that is off in this run",
      "comments for other linters, such as `squawk-ignore`",
    ],
  },
  messages: {
    unused: "suppresses nothing: no finding of {{rule}} here",
    misplaced: "suppresses nothing here: the finding of {{rule}} is on line {{line}}",
    unknown: "there is no rule {{rule}}{{nearest}}",
    directive: "{{name}} isn't a directive{{nearest}}",
  },
  // The engine reports these after all other rules: only then is it known what was suppressed.
  on: {},
});
