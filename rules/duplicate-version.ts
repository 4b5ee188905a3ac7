import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "duplicate-version",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "Two migrations with the same version.",
    why: "Most tools refuse to run. Others run only one of the two, and which one varies.",
    instead: "Give the newer migration another version.",
    exceptions: [
      "the migration and its rollback",
      "migrations of different histories",
      "versions that are a day, such as `20260105`, unless the tool refuses a second one",
      "tools that order by the whole file name",
    ],
  },
});
