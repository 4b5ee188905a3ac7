import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary: "An index's name doesn't follow the naming convention.",
    why: "Query plans, statistics and error messages show only the name: it should contain the table and the columns.",
    instead: "Name it by the pattern, which is `idx_<table>_<columns>` by default.",
    exceptions: [
      "indexes without a name",
      "the part `<columns>` in names of partial indexes, of indexes on expressions, and of long names",
    ],
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: {
    patterns: {
      default: ["idx_<table>_<columns>"],
      minItems: 1,
      description:
        "Patterns, one of which the name must match: `<table>` and `<columns>` stand for these names, `<short_columns>` for some of the words in them, `<short_table>` for some of the words, the beginnings of words (three letters or more) or the initials, `*` for anything.",
    },
    unique: {
      default: ["idx_<table>_<columns>", "uq_<table>_<columns>"],
      minItems: 1,
      description: "Patterns for the names of UNIQUE indexes.",
    },
  },
  on: {
    createIndex({ operation, names: { givenNames } }, { report, options }) {
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
