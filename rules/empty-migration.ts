import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "empty-migration",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A migration holds nothing but comments.",
    why: "It is recorded as applied, and what was meant to stand in it never runs: the file was not finished, or its statements were commented out.",
    instead:
      "Write the statements, delete the file if no server has it yet, or say that it is a `no-op` and why.",
  },
  messages: { empty: "does nothing, and is recorded as applied" },
  on: {
    migration({ migration, comments, emptyOnPurpose, startOf }, { report }) {
      const { up, kind, unread } = migration;
      if (!up.empty || kind === "baseline" || unread === true || emptyOnPurpose()) return;
      const last = comments.up.at(-1);
      report({ at: last === undefined ? startOf(up) : { path: up.path, span: last }, message: "empty" });
    },
  },
});
