import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-unhidden-index",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "An index is dropped that the history hasn't hidden before.",
    why: "If a query still needs it, each one reads the whole collection until the index is built again. A hidden index (4.4 and later) can be shown again at once.",
    instead:
      "Hide the index with `collMod` and `index: { name, hidden: true }`, watch the application, and drop it in a later migration. A unique index refuses duplicates also when it is hidden: look in `$indexStats` whether queries use it.",
    exceptions: [
      "an index that an earlier migration hides, or that this migration creates again",
      "a collection that this migration creates",
      "an index with a field that this migration also unsets or renames in many documents: no query can need it then",
      "the rollback",
    ],
  },
  messages: {
    needed: "{{index}} of {{name}} is dropped unhidden: a query that needs it reads all documents",
    unique: "unique index {{index}} of {{name}} is dropped: a query that needs it reads all documents",
  },
  recipe: { mongodb: recipes.mongodb.hiddenIndex },
  on: {
    dropDocumentIndex(step, { report }) {
      const { operation, documents, neighbours } = step;
      const { name, keys, collection, head } = operation;
      if (name === "*" || documents.isNew() || documents.isHidden() || documents.losesField()) return;
      const isReplaced = neighbours("later", "createDocumentIndex").some(
        (other) => other.operation.collection?.text === collection?.text,
      );
      const isFirst = neighbours("earlier", "createDocumentIndex").some(
        (other) => other.operation.collection?.text === collection?.text,
      );
      if (isReplaced || isFirst) return;
      const index = name ?? keys?.map(({ field }) => field).join(", ") ?? "the index";
      const data = { index, name: documents.name() };
      const unique = documents.dropsUnique();
      if (unique !== undefined)
        report({
          at: head,
          message: "unique",
          data,
          instead: ofUnique(unique.keys?.map(({ field }) => field)),
        });
      else report({ at: head, message: "needed", data });
    },
  },
});

const ofUnique = (fields: readonly string[] = []): string =>
  `Look in $indexStats whether queries use it: hidden, it would still refuse duplicates. If they do, first create an index that isn't unique and begins with the same fields: ${[...fields, "_id"].join(", ")}.`;
