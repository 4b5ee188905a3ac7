import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "wrong-header",
  category: "history",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  alsoRefused: "checks comments, which are the same if a statement fails",
  docs: {
    summary:
      "The comment at the top of a migration or of its rollback names another number or date than the file has, or a day that doesn't exist.",
    why: "Such a header is copied from another migration. Whoever reads it looks for the change in the wrong place or time.",
    instead: "Write the number and the date of this file: `-- Migration 010: …`, `-- Date: 2026-01-05`.",
    exceptions: [
      "a date up to a day before or after the one in the file name, as clocks and time zones differ",
      "a rollback with a later date than its migration",
      "a date that isn't written as `2026-01-05`, `5 January 2026`, `January 2026` or `05/01/2026`",
      "a number where the file name has a timestamp, and the other way round",
      "a number after `#`, which may be a ticket's",
      "the rollback in the same file as its migration",
    ],
  },
  messages: { fault: "{{fault}}" },
  on: {
    migration({ migration, headerFaults, ownRollback }, { report }) {
      if (migration.unread === true) return;
      const directions = ownRollback() === undefined ? (["up"] as const) : (["up", "down"] as const);
      for (const of of directions)
        for (const { at, text } of headerFaults(of)) report({ at, message: "fault", data: { fault: text } });
    },
  },
});
