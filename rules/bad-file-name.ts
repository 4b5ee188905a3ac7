import { defineFileRule } from "../src/lint/rule.ts";

export default defineFileRule({
  id: "bad-file-name",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A file's name is one that the migration tool skips or puts in the wrong order.",
    why: "A migration that is skipped in silence is missing on the server; one in the wrong order fails or undoes another.",
    instead: "Rename it in the way of the tool.",
  },
});
