import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "file-name-style",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "A migration's file name doesn't follow the convention, or its timestamp is no date or lies in the future.",
    why: "The names are the table of contents of the history. One from the future runs last whatever is written next, and numbers of different lengths are listed out of order.",
    instead:
      "A true time or a number padded with zeros, then what it does in snake_case: `20260130191544_add_user_roles.sql`, `007_add_user_roles.sql`.",
  },
  messages: { fault: "{{fault}}" },
  options: {
    description: {
      default: "snake_case",
      enum: ["snake_case", "kebab-case", "any"],
      description: "How the words of the name are joined.",
    },
    version: {
      default: "any",
      enum: ["timestamp", "number", "any"],
      description: "The form of the version.",
    },
    digits: {
      default: 0,
      minimum: 0,
      description:
        "Digits of the version. 0: as many as most versions of the folder have, if some are padded with zeros.",
    },
    longest: {
      default: 100,
      minimum: 1,
      description: "Most characters that the name may have, without its extension.",
    },
    rollbacks: {
      default: [],
      description:
        "Accepted names of rollback files, without the extension: `<name>_rollback`, `<version>_rollback_<description>`.",
    },
  },
  on: {
    migration({ migration: { up, down }, nameFaults, startOf }, { report, options }) {
      for (const { of, text } of nameFaults(options))
        report({ at: startOf(of === "down" ? (down ?? up) : up), message: "fault", data: { fault: text } });
    },
  },
});
