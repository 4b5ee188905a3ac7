import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "column-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary: "A column's name doesn't follow the convention.",
    why: "Who knows one name can guess the others.",
    instead:
      "By default lower case with underscores. `patterns` says otherwise: `<snake_case>` stands for such words, `*` for anything.",
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: { patterns: { default: ["<snake_case>"], minItems: 1, description: "Accepted patterns." } },
  on: {
    operation({ givenNames }, { report, options: { patterns } }) {
      for (const { object, name, at, matches } of givenNames()) {
        if (object !== "column" || matches(patterns)) continue;
        report({ at, message: "other", data: { name, pattern: patterns.join(" or ") } });
      }
    },
  },
});
