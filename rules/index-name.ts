import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary: "An index's name doesn't follow the convention.",
    why: "The name is all that query plans, statistics and error messages show: it has to say which table and columns.",
    instead:
      "By default `idx_<table>_<columns>`. `patterns` and, for unique ones, `unique` say otherwise: `<table>` and `<columns>` stand for these names, `<short_columns>` for some of the words in them, `*` for anything. Of partial indexes, expressions and long names `<columns>` may be anything.",
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: {
    patterns: { default: ["idx_<table>_<columns>"], minItems: 1, description: "Accepted patterns." },
    unique: {
      default: ["idx_<table>_<columns>", "uq_<table>_<columns>"],
      minItems: 1,
      description: "Accepted patterns of UNIQUE indexes.",
    },
  },
  on: {
    createIndex({ operation, givenNames }, { report, options }) {
      const patterns = operation.unique ? options.unique : options.patterns;
      for (const { name, at, matches, filled } of givenNames()) {
        if (matches(patterns)) continue;
        const better = filled(patterns);
        report({
          at,
          message: "other",
          data: { name, pattern: patterns.join(" or ") },
          instead: better && `Name it ${better}.`,
        });
      }
    },
  },
});
