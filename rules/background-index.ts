import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "background-index",
  category: "correctness",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "An index has the option `background`.",
    why: "Servers since 4.2 ignore it: every build lets reads and writes through and locks the collection only at its start and end. Who reads the migration takes it for a safety that it isn't.",
    instead: "Leave the option out.",
    exceptions: ["a field of that name among the keys"],
  },
  messages: { ignored: "servers since 4.2 ignore background" },
  on: {
    createDocumentIndex({ operation }, { report }) {
      const { background } = operation.index;
      if (background !== undefined) report({ at: background, message: "ignored" });
    },
  },
});
