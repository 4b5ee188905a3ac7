import { defineRule, type NameStyle } from "../src/lint/rule.ts";

const defaults: NameStyle = {
  description: "snake_case",
  version: "any",
  digits: 0,
  longest: 100,
  rollbacks: [],
};

export default defineRule({
  id: "file-name-style",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A migration's file name doesn't follow the convention, or its timestamp is no date or lies in the future.",
    why: "The names are the table of contents of the history. One from the future runs last whatever is written next, and numbers of different lengths are listed out of order.",
    instead:
      "A true time or a number padded with zeros, then what it does in snake_case: `20260130191544_add_user_roles.sql`, `007_add_user_roles.sql`.",
  },
  messages: { fault: "{{fault}}" },
  options: {
    defaults,
    schema: (z) =>
      z.strictObject({
        description: z
          .enum(["snake_case", "kebab-case", "any"])
          .optional()
          .describe("How the words are joined."),
        version: z.enum(["timestamp", "number", "any"]).optional().describe("What stands in front."),
        digits: z
          .int()
          .min(0)
          .optional()
          .describe(
            "Digits of the version. 0: as many as most numbers of the folder have, if some are padded with zeros.",
          ),
        longest: z.int().positive().optional().describe("Characters of the name, its ending aside."),
        rollbacks: z
          .array(z.string())
          .optional()
          .describe(
            "Names of rollback files without their ending: `<name>_rollback`, `<version>_rollback_<description>`.",
          ),
      }),
  },
  on: {
    migration({ migration: { up, down }, nameFaults, startOf }, { report, options }) {
      for (const { of, text } of nameFaults(options))
        report({ at: startOf(of === "down" ? (down ?? up) : up), message: "fault", data: { fault: text } });
    },
  },
});
