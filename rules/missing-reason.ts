import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-reason",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at the comments of the file",
  docs: {
    summary: "No comment says why the change is made; the first migration aside.",
    why: "The SQL says what changes. Whether that still matters, and what breaks without it, only its author knows.",
    instead:
      "`-- Reason: …`, a ticket's number, or a sentence that says more than the names of what is changed.",
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
