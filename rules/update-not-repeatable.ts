import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "update-not-repeatable",
  category: "correctness",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary:
      "`$inc`, `$mul` or `$push` changes documents that a second run of the migration changes again, or a pipeline reads what it takes away.",
    why: "Nothing holds the writes of a migration together, and the runner records it only after its end. If it stops in the middle, it runs again from the top: a price is then raised twice.",
    instead:
      "Choose only documents that haven't the change yet, set a value that doesn't depend on the old one, or use `$addToSet`.",
    exceptions: [
      "a filter, of the update or of the loop around it, that names a field which the update writes",
      "an update in a loop in which an earlier write by `_id` changes a field that the loop's filter, or a condition in the loop, asks for",
      "an update by `_id` outside of a loop that also sets a field: what reads the keys may leave out documents that have it",
      "`$inc` by `findOneAndUpdate` whose result the migration uses: it draws a number",
      "a call in a transaction, with its session",
      "a collection that this migration creates",
      "the rollback",
    ],
  },
  messages: {
    again: "a second run after a failure applies {{operator}} to {{field}} of {{name}} again",
    emptied: "a second run after a failure reads {{field}} of {{name}}, which the first has taken away",
  },
  recipe: { mongodb: recipes.mongodb.repeatable },
  on: {
    updateDocuments({ operation, documents }, { report }) {
      const { change, filter, each, inTransaction, hasSession, head, method, kept } = operation;
      const [first] = change.added;
      const [moved] = change.moved;
      if ((first ?? moved) === undefined || documents.resumable() || documents.isNew()) return;
      // It draws a number: a gap does no harm.
      if (kept === true && first?.operator === "$inc" && method.startsWith("find")) return;
      // Whoever has read their keys may leave out those that have the field.
      const isByKey = each === undefined && filter.fields.every((field) => field === "_id");
      if (isByKey && filter.is === "some" && change.set.length > 0) return;
      if (inTransaction !== undefined && hasSession !== false) return;
      const name = documents.name();
      if (first !== undefined)
        report({ at: head, message: "again", data: { operator: first.operator, field: first.field, name } });
      else if (moved !== undefined)
        report({ at: head, message: "emptied", data: { field: moved, name }, instead: stillThere(moved) });
    },
  },
});

const stillThere = (field: string): string =>
  `Choose only documents that still have it: \`{ ${JSON.stringify(field)}: { $exists: true } }\`.`;
