import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "update-not-repeatable",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "`$inc`, `$mul` or `$push` changes documents that a second run of the migration changes again.",
    why: "Nothing holds the writes of a migration together, and the runner records it only after its end. If it stops in the middle, it runs again from the top: a price is then raised twice.",
    instead:
      "Choose only documents that haven't the change yet, set a value that doesn't depend on the old one, or use `$addToSet`.",
    exceptions: [
      "a filter, of the update or of the loop around it, that names a field which the update writes",
      "an update by `_id` outside of a loop that also sets a field: what reads the keys may leave out documents that have it",
      "a call in a transaction, with its session",
      "a collection that this migration creates",
      "the rollback",
    ],
  },
  messages: { again: "a second run after a failure applies {{operator}} to {{field}} of {{name}} again" },
  recipe: { mongodb: recipes.mongodb.repeatable },
  on: {
    updateDocuments({ operation, documents }, { report }) {
      const { change, filter, each, inTransaction, hasSession, head } = operation;
      const [first] = change.added;
      if (first === undefined || documents.resumable() || documents.isNew()) return;
      // Whoever has read their keys may leave out those that have the field.
      const isByKey = each === undefined && filter.fields.every((field) => field === "_id");
      if (isByKey && filter.is === "some" && change.set.length > 0) return;
      if (inTransaction !== undefined && hasSession !== false) return;
      const data = { operator: first.operator, field: first.field, name: documents.name() };
      report({ at: head, message: "again", data });
    },
  },
});
