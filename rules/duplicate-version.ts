import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "duplicate-version",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "Two migrations have the same version.",
    why: "Most tools refuse to run; others run only one of them, and which one differs.",
    instead: "Give the newer one a version of its own.",
  },
});
