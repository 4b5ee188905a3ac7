import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unbounded-write-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  assumes: "many rows",
  docs: {
    summary: "A transaction updates or deletes all documents of a collection.",
    why: "A transaction is aborted after 60 seconds (`transactionLifetimeLimitSeconds`), and keeps all that it has changed in the cache of the primary until then. Writers of the same documents meet write conflicts.",
    instead: "Write in batches outside of a transaction, so that each batch can run again.",
    exceptions: ["a filter", "a collection that this migration creates", "the rollback"],
  },
  messages: { all: "changes all documents of {{name}} in one transaction, which ends after 60 s" },
  kinds: { write: ["updateDocuments", "deleteDocuments"] },
  on: {
    write({ operation, documents }, { report }) {
      const { hasSession, head } = operation;
      if (hasSession === false || !documents.choosesAll("inTransaction")) return;
      report({ at: head, message: "all", data: { name: documents.name() } });
    },
  },
});
