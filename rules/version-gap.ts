import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "version-gap",
  category: "history",
  severity: "warning",
  presets: [],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "A number is missing in a sequence of numbered migrations.",
    why: "A file was lost in a merge, or is in another branch and will arrive late, between migrations that other servers have applied without it.",
    instead: "Find the missing file, or give the next ones the free numbers as long as no server has them.",
    exceptions: [
      "versions that are timestamps",
      "a gap of more than 20 numbers, or a history in which gaps are frequent",
      "numbers that another folder of the same tool has",
      "migrations that are applied already",
      "a tool that refuses gaps itself (tern)",
    ],
  },
  messages: { gap: "there is no migration {{missing}} between {{before}} and this one" },
  on: {
    project({ histories, versionGaps, pending, startOf }, { report }) {
      for (const history of histories)
        for (const { before, after, missing } of versionGaps(history))
          if (pending(after))
            report({
              at: startOf(after.up),
              message: "gap",
              data: { missing, before: before.version ?? before.name },
              related: [{ at: startOf(before.up), message: "the previous migration" }],
            });
    },
  },
});
