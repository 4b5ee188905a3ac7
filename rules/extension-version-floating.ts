import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "extension-version-floating",
  category: "security",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres"],
  docs: {
    summary: "`CREATE EXTENSION` without `VERSION`.",
    why: "Each server takes the default version of its own installation: development and production may have different functions.",
    instead:
      "Write `CREATE EXTENSION … VERSION '1.6';`, and `ALTER EXTENSION … UPDATE TO` in later migrations.",
    exceptions: ["`plpgsql`, which every database has", "`ALTER EXTENSION … UPDATE`"],
  },
  messages: { floating: "each server takes its own default version of {{extension}}" },
  on: {
    createExtension({ operation }, { report }) {
      const extension = operation.extension.text;
      // Every database has it.
      if (operation.version !== undefined || extension === "plpgsql") return;
      report({ at: operation.head, message: "floating", data: { extension } });
    },
  },
});
