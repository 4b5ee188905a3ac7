import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "orphan-rollback",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary: "A rollback has no migration to undo.",
    why: "It never runs, and the migration that it was written for has no way back.",
    instead: "Give both files the same name, or delete the rollback.",
  },
  messages: { problem: "{{message}}" },
  on: {
    project({ histories, fileProblems, undone }, { report }) {
      for (const problem of fileProblems(histories, "orphan-rollback")) {
        const { path, span, message, instead, related: other } = problem;
        const related = [
          ...(other
            ? [{ at: { path: other.path, span: { start: 0, end: 0 } }, message: other.message }]
            : []),
          ...undone(problem)
            .slice(0, 3)
            .map(({ what, at }) => ({ at, message: `would ${what}` })),
        ];
        report({ at: { path, span }, message: "problem", data: { message }, instead, related });
      }
    },
  },
});
