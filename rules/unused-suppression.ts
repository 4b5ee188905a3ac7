import { defineRule } from "../src/lint/rule.ts";

/** The runner reports it, because only the runner knows what the comments silenced. */
export default defineRule({
  id: "unused-suppression",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "A `ddlint-disable` comment silences nothing, or names a rule that doesn't exist.",
    why: "It hides the next mistake of that kind in its place, and tells readers of a hazard that isn't there.",
    instead: "Remove the comment, or correct the name of the rule.",
  },
  messages: {
    nothing: "silences nothing: {{rule}} has no finding here",
    rule: "no rule is named {{rule}}, so nothing is silenced",
    directive: "{{name}} is no directive, so nothing is silenced",
  },
  on: {},
});
