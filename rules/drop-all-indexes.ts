import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-all-indexes",
  category: "locks",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: '`dropIndexes()` or `dropIndexes("*")` drops all indexes of a collection, but that on `_id`.',
    why: "From then on every query of the application reads the whole collection, and unique indexes no longer refuse duplicates. Building them again takes as long as before.",
    instead: "Drop the indexes that aren't needed by their names, one by one, after hiding them.",
    exceptions: ["a collection that this migration creates", "the rollback"],
  },
  messages: { all: "queries of {{name}} read the whole collection: all its indexes are dropped" },
  on: {
    dropDocumentIndex({ operation, documents }, { report }) {
      if (operation.name !== "*" || documents.isNew()) return;
      report({ at: operation.head, message: "all", data: { name: documents.name() } });
    },
  },
});
