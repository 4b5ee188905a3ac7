import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "duplicate-version",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "Two migrations have the same version.",
    why: "Most tools refuse to run; others run only one of them, and which one differs.",
    instead: "Give the newer one a version of its own.",
  },
  messages: { problem: "{{message}}" },
  on: {
    project({ histories, fileProblems }, { report }) {
      for (const { path, span, message, instead, related: other } of fileProblems(
        histories,
        "duplicate-version",
      )) {
        const related = other && [
          { at: { path: other.path, span: { start: 0, end: 0 } }, message: other.message },
        ];
        report({ at: { path, span }, message: "problem", data: { message }, instead, related });
      }
    },
  },
});
