import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "column-name",
  category: "schema",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text as it is written",
  declared: true,
  docs: {
    summary: "A column name that doesn't follow the naming convention.",
    why: "If all names follow one convention, nobody has to look up how a name is spelled.",
    instead:
      "Name it in lower-case words joined by underscores, or set `patterns` to the project's convention.",
    exceptions: [
      "columns of views and of `CREATE TABLE … AS`",
      "names in SQL that is put together at run time (`EXECUTE`)",
    ],
  },
  messages: { other: "{{name}} isn't named like {{pattern}}" },
  options: {
    patterns: {
      default: ["<snake_case>"],
      minItems: 1,
      description:
        "Names that are allowed; one pattern has to match. `<snake_case>` stands for lower-case words joined by underscores, `*` for anything.",
    },
  },
  on: {
    operation({ names: { givenNames } }, { report, options: { patterns } }) {
      for (const { object, name, at, matches } of givenNames()) {
        if (object !== "column" || matches(patterns)) continue;
        report({ at, message: "other", data: { name, pattern: patterns.join(" or ") } });
      }
    },
  },
});
