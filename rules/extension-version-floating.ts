import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "extension-version-floating",
  category: "security",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "CREATE EXTENSION doesn't say which version.",
    why: "Each server takes the default of its own installation: development and production may have different functions.",
    instead: "`CREATE EXTENSION … VERSION '1.6';`, and `ALTER EXTENSION … UPDATE TO` in later migrations.",
  },
  messages: { floating: "each server takes its own default version of {{extension}}" },
  on: {
    createExtension({ operation }, { report }) {
      const extension = operation.extension.text;
      // It is there in every database.
      if (operation.version !== undefined || extension === "plpgsql") return;
      report({ at: operation.head, message: "floating", data: { extension } });
    },
  },
});
