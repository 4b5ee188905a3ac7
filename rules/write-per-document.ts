import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "write-per-document",
  category: "data",
  severity: "note",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "A loop over the documents of a collection sends one write for each of them.",
    why: "Every write is a message of its own. Awaited one by one, a million documents at a millisecond each take a quarter of an hour; all at once, they wait for each other in the driver. The server closes a cursor that isn't read for ten minutes, and a session that isn't used for thirty.",
    instead: "Collect the writes, and send a thousand at a time with `bulkWrite`.",
    exceptions: [
      "a loop over a written list, or over documents that a limit bounds",
      "a loop that also looks for other documents of the collection: a later round may need what an earlier one writes",
      "a collection that this migration creates",
      "calls in a transaction",
      "the rollback",
    ],
  },
  messages: { each: "sends one write to {{name}} for each document of a loop" },
  recipe: { mongodb: recipes.mongodb.collectedWrites },
  kinds: { write: ["insertDocuments", "updateDocuments", "deleteDocuments"] },
  on: {
    write({ operation, documents }, { report }) {
      const { each, many, inTransaction, head, waits } = operation;
      if (each === undefined || each.limited || each.groupedBy.length > 0 || many) return;
      // What nothing awaits is another matter.
      if (inTransaction !== undefined || waits !== "awaited") return;
      if (documents.isNew() || documents.isNextRound() || documents.looksUpWritten()) return;
      report({ at: head, message: "each", data: { name: documents.name() } });
    },
  },
});
