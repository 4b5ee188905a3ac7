import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "file-name-style",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary:
      "A migration's file name doesn't follow the convention, or its timestamp is invalid or in the future.",
    why: "The names are the table of contents of the history. A migration from the future runs after every later one, and numbers of different lengths are listed out of order.",
    instead:
      "Use the real time or a number padded with zeros, then what the migration does in snake_case: `20260130191544_add_user_roles.sql`, `007_add_user_roles.sql`.",
    exceptions: [
      "a timestamp less than a day in the future, as clocks and time zones differ",
      "numbers in a folder where none is padded with zeros",
    ],
  },
  messages: { fault: "{{fault}}" },
  options: {
    description: {
      default: "snake_case",
      enum: ["snake_case", "kebab-case", "any"],
      description: "How the words are joined: `snake_case`, `kebab-case`, or `any` way.",
    },
    version: {
      default: "any",
      enum: ["timestamp", "number", "any"],
      description: "What the name begins with: a `timestamp`, a `number`, or `any` of them.",
    },
    digits: {
      default: 0,
      minimum: 0,
      description:
        "Number of digits of the version. 0 means as many as most numbers of the folder have, if some are padded with zeros.",
    },
    longest: { default: 100, minimum: 1, description: "Most characters of the name, without its extension." },
    rollbacks: {
      default: [],
      description:
        "Names of rollback files without their extension, such as `<name>_rollback` or `<version>_rollback_<description>`. Empty means any name.",
    },
  },
  on: {
    migration({ migration: { up, down }, nameFaults, startOf }, { report, options }) {
      for (const { of, text } of nameFaults(options))
        report({ at: startOf(of === "down" ? (down ?? up) : up), message: "fault", data: { fault: text } });
    },
  },
});
