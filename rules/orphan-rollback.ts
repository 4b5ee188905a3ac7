import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "orphan-rollback",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "A rollback whose migration doesn't exist.",
    why: "It never runs, and the migration that it was written for has no rollback.",
    instead: "Give both files the same version, or delete the rollback.",
    exceptions: ["a rollback in the same file as its migration"],
  },
  related: (problem, { undone }) =>
    undone(problem)
      .slice(0, 3)
      .map(({ what, at }) => ({ at, message: `would ${what}` })),
});
