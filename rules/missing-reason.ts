import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-reason",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  alsoRefused: "checks comments, which are the same if a statement fails",
  docs: {
    summary: "No comment gives the reason for the change.",
    why: "The SQL shows what changes. Whether that still matters, and what breaks without it, only its author knows.",
    instead:
      "Write `-- Reason: …`, a ticket's number, or a sentence that adds something to the names in the statements.",
    exceptions: [
      "the first migration, and repeatable ones",
      "migrations that change neither the schema nor rows",
      "a comment with a reason: a field such as `Reason`, a ticket's number, a link, or words that the statements don't contain",
    ],
  },
  messages: { silent: "doesn't say why" },
  on: {
    migration({ migration, saysWhy, startOf, first, changes }, { report }) {
      const { up, index, kind, unread } = migration;
      if (first || index === 0 || kind !== "versioned" || unread === true || up.empty) return;
      if (changes().length > 0 && !saysWhy()) report({ at: startOf(up), message: "silent" });
    },
  },
});
