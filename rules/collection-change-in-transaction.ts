import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "collection-change-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A collection or an index is dropped, renamed or altered in a transaction.",
    why: "The server refuses it (OperationNotSupportedInTransaction, 263). Since 4.4 a transaction may create collections, and indexes on collections that are new or empty; nothing else.",
    instead: "Do it before or after the transaction.",
    exceptions: [
      "`createCollection`, and indexes of a collection that this migration creates",
      "calls without the session, which run outside of the transaction",
    ],
  },
  messages: { refused: "{{method}}() of {{name}} can't run in a transaction (263)" },
  on: {
    operation({ operation, documents, changes }, { report }) {
      const call = documents.call();
      if (call?.inTransaction === undefined || changes === "rows" || changes === "nothing") return;
      // Without the session it runs outside of it.
      if (call.kind === "createCollection" || call.hasSession === false) return;
      if (call.kind === "createDocumentIndex" && documents.isNew()) return;
      report({
        at: operation.head,
        message: "refused",
        data: { method: call.method, name: documents.name() },
      });
    },
  },
});
