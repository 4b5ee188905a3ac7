import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "table-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "A table or view whose name doesn't follow the convention.",
    why: "With one convention, names can be guessed instead of looked up.",
    instead:
      "Rename it: by default, to lower-case words joined by underscores. The option `patterns` sets another convention.",
    exceptions: [
      "capital letters without quotes on PostgreSQL, which the server folds to lower case",
      "names of sequences, types, functions and other objects",
    ],
  },
  messages: { other: "{{name}} doesn't match {{pattern}}" },
  options: {
    patterns: {
      default: ["<snake_case>"],
      minItems: 1,
      description:
        "Patterns, of which a name has to match one. `<snake_case>` stands for lower-case words joined by underscores, `*` for anything: `shop_<snake_case>`.",
    },
  },
  on: {
    operation({ names: { givenNames } }, { report, options: { patterns } }) {
      for (const { object, name, at, matches } of givenNames()) {
        if (object !== "table" && object !== "view" && object !== "materialized view") continue;
        if (matches(patterns)) continue;
        report({ at, message: "other", data: { name, pattern: patterns.join(" or ") } });
      }
    },
  },
});
