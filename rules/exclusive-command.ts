import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "exclusive-command",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A command that locks a collection until it ends: `convertToCapped`, `reIndex`.",
    why: "`convertToCapped` and `reIndex` hold an exclusive lock until they end: reads and writes of the application wait. Since 5.0 a replica set refuses `reIndex`.",
    instead: "Run it by hand in a maintenance window, on the secondaries first where that is possible.",
    exceptions: ["a collection that this migration creates"],
  },
  messages: { locks: "{{command}} keeps the application from {{name}} until it ends" },
  options: {
    commands: {
      default: ["convertToCapped", "reIndex"],
      description: "The commands that are reported.",
    },
  },
  on: {
    databaseCommand({ operation, documents }, { report, options }) {
      const { command, head } = operation;
      if (!options.commands.includes(command) || documents.isNew()) return;
      report({ at: head, message: "locks", data: { command, name: documents.name() } });
    },
  },
});
