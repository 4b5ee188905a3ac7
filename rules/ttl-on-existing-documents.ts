import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "ttl-on-existing-documents",
  category: "data-loss",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  assumes: "rows",
  docs: {
    summary: "A TTL index is created on an existing collection, or its `expireAfterSeconds` is changed.",
    why: "Within a minute the server starts to delete every document that is older, for good. With a large backlog the deletions load the primary and the replication.",
    instead: "Count what would expire, delete it in batches, and then create the index.",
    exceptions: [
      "a collection that this migration creates",
      "a field that only holds the time of expiry, such as `expiresAt`, with `expireAfterSeconds: 0`: there the finding is a note",
      "the rollback",
    ],
  },
  messages: {
    created: "the server deletes the documents of {{name}} whose {{field}} is older than {{seconds}} s",
    passed: "the server deletes the documents of {{name}} whose {{field}} has passed",
    changed: "the server deletes what is expired by the new value, of all documents of {{name}}",
  },
  recipe: { mongodb: recipes.mongodb.ttlIndex },
  on: {
    createDocumentIndex({ operation, documents }, { report }) {
      const { keys, expireAfterSeconds: seconds } = operation.index;
      if (seconds === undefined || documents.isNew()) return;
      const field = keys?.[0]?.field ?? "field";
      // The application has chosen the time of each document.
      const severity = seconds === 0 && documents.isExpiry(field) ? "note" : undefined;
      const data = { name: documents.name(), field, seconds: seconds === "unknown" ? "some" : seconds };
      report({ at: operation.head, message: seconds === 0 ? "passed" : "created", data, severity });
    },
    alterCollection({ operation, documents }, { report }) {
      if (operation.index?.expireAfterSeconds === undefined || documents.isNew()) return;
      report({ at: operation.head, message: "changed", data: { name: documents.name() } });
    },
  },
});
