import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "sync-indexes",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "`syncIndexes()` or `cleanIndexes()` of Mongoose in a migration.",
    why: "It drops every index of the collection that the schema in the code doesn't declare, those that somebody has created in production included. The schema is that of the day on which the migration runs, so each environment may lose and get other indexes.",
    instead: "Create and drop each index by its name.",
    exceptions: ["`createIndexes()` of a model, which drops nothing"],
  },
  messages: { synced: "drops every index of {{name}} that the schema in today's code doesn't declare" },
  on: {
    syncIndexes({ operation, documents }, { report }) {
      report({ at: operation.head, message: "synced", data: { name: documents.name() } });
    },
  },
});
