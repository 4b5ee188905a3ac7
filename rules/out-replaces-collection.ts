import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "out-replaces-collection",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "`$out` writes into an existing collection.",
    why: "When the pipeline ends, its result replaces all documents of the collection, those included that the application has written meanwhile.",
    instead:
      "Use `$merge`, which keeps the documents that the pipeline doesn't give, or write to a new collection.",
    exceptions: [
      "a collection of which the history knows nothing, and one that this migration creates",
      "the rollback",
    ],
  },
  messages: { replaced: "the result replaces all documents of {{into}}" },
  on: {
    aggregateInto({ operation, documents }, { report }) {
      const { stage, into, collection, head } = operation;
      if (stage !== "$out" || into === undefined || documents.isNew()) return;
      if (into !== collection?.name && !documents.exists(into)) return;
      report({ at: head, message: "replaced", data: { into } });
    },
  },
});
