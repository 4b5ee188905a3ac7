import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "version-gap",
  category: "history",
  severity: "warning",
  presets: [],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A sequence of numbered migrations leaves out a number.",
    why: "A file was lost in a merge, or lies in another branch and will come late: between migrations that other servers have applied without it.",
    instead:
      "Find the file that is missing, or give the next ones the free numbers while no server has them yet.",
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
              related: [{ at: startOf(before.up), message: "the one before" }],
            });
    },
  },
});
