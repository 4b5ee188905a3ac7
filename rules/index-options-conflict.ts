import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "index-options-conflict",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary:
      "An index has the keys or the name of one that the history has created, and other options or another name.",
    why: "The server refuses it: IndexOptionsConflict (85) or IndexKeySpecsConflict (86).",
    instead:
      "Drop the other index before, or change it with `collMod`: `hidden`, `prepareUnique`, `unique`, `expireAfterSeconds`.",
    exceptions: [
      "an index that the history drops before",
      "indexes with the same keys and other names of which one has a `partialFilterExpression` or is sparse",
      "keys and options that aren't known before the migration runs",
    ],
  },
  messages: {
    keys: "fails (85): {{name}} has an index on the same keys, {{index}}, with other options",
    otherName: "fails (85): {{name}} has the same index under another name, {{index}}",
    names: "fails (86): {{name}} has an index {{index}} with other keys or options",
  },
  on: {
    createDocumentIndex({ operation, documents }, { report }) {
      if (operation.conditional === true || operation.caught === true) return;
      const found = documents.conflict();
      if (found === undefined) return;
      report({
        at: operation.head,
        message: found.byName ? "names" : found.onlyName ? "otherName" : "keys",
        data: { name: documents.name(), index: found.name },
        related: [{ at: found.at, message: "created here" }],
        instead: found.onlyName
          ? `Leave the index out, or give it the same name, \`${found.name}\`. The rollback drops it only if this migration has created it.`
          : undefined,
      });
    },
  },
});
