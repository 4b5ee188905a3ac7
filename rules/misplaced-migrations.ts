import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "misplaced-migrations",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "Migrations lie in a second folder beside the detected one.",
    why: "The tool reads one folder: the migrations in the other never run.",
    instead: "Move them into the one folder, or name both in the configuration (`migrations`).",
  },
  messages: { problem: "{{message}}" },
  on: {
    project({ histories, fileProblems }, { report }) {
      for (const { path, span, message, instead, related: other } of fileProblems(
        histories,
        "misplaced-migrations",
      )) {
        const related = other && [
          { at: { path: other.path, span: { start: 0, end: 0 } }, message: other.message },
        ];
        report({ at: { path, span }, message: "problem", data: { message }, instead, related });
      }
    },
  },
});
