import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-field",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  sameCause: ["backfill-without-batches", "unbounded-write-in-transaction"],
  docs: {
    summary: "`$rename` renames a field of many documents, or a copy and `$unset` do.",
    why: "Until the new version is deployed everywhere, one version of the application reads a field that isn't there, and writes the one that the other doesn't read. While it runs, some documents have the old name and some the new one.",
    instead:
      "Expand and contract: write both fields, copy the old one in batches, read the new one, unset the old one.",
    exceptions: [
      "a single document, and documents chosen by `_id` or a name of their own, such as `username`",
      "a field that is null, an empty text or missing in all documents that the filter chooses",
      "a field that this migration has written before",
      "a collection that this migration creates",
      "the rollback",
    ],
  },
  messages: { renamed: "the application that runs still uses {{field}} of {{name}}" },
  recipe: { mongodb: recipes.mongodb.copiedField },
  on: {
    updateDocuments({ operation, documents }, { report }) {
      const { change, many, filter, head } = operation;
      if (!many || filter.bounded || documents.isNew()) return;
      const written = documents.writtenHere();
      const renamed = change.rename.filter(
        ({ from }) => !written.has(from) && filter.empty?.includes(from) !== true,
      );
      const copied = documents.copiedBefore();
      const moved = change.unset.filter((field) => copied.has(field) && !documents.deprecated(field));
      const fields = [...renamed.map(({ from }) => from), ...moved];
      if (fields.length === 0) return;
      const field = fields.join(", ");
      report({ at: head, message: "renamed", data: { field, name: documents.name() } });
    },
  },
});
