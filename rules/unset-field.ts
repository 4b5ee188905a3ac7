import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "unset-field",
  category: "data-loss",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  sameCause: ["backfill-without-batches", "unbounded-write-in-transaction"],
  docs: {
    summary:
      "`$unset` removes a field from many documents without a deprecation step in an earlier migration.",
    why: "The values are lost. The running version of the application still reads the field, and writes it again.",
    instead:
      "Mark it in an earlier migration with `// ddlint-deprecated: <collection>.<field>`, deploy the version that doesn't use it, and unset it in batches in a later migration.",
    exceptions: [
      "a field that an earlier migration marks as deprecated, or with a name like `name_old`",
      "a field that this migration has written before, and that another operator of the same update copies",
      "a field that an earlier update of this migration copies, for the same documents: `rename-field` reports it",
      "a single document, and documents chosen by `_id` or a name of their own, such as `username`",
      "a field that is null, an empty text or missing in all documents that the filter chooses",
      "a collection that this migration creates",
      "the rollback",
    ],
  },
  messages: { lost: "loses {{field}} of {{name}}, which the running application may still read" },
  recipe: { mongodb: recipes.mongodb.unusedField },
  on: {
    updateDocuments({ operation, documents }, { report }) {
      const { change, many, filter, head } = operation;
      if (!many || filter.bounded || documents.isNew()) return;
      const written = documents.writtenHere();
      const copied = documents.copiedBefore();
      const lost = change.unset.filter(
        (field) =>
          !written.has(field) &&
          !copied.has(field) &&
          !documents.deprecated(field) &&
          filter.empty?.includes(field) !== true,
      );
      // A pipeline may have copied it.
      if (lost.length === 0 || (change.pipeline && change.set.length > 0)) return;
      const data = { field: lost.join(", "), name: documents.name() };
      report({
        at: head,
        message: "lost",
        data,
        instead: lost.some(documents.isSecret) ? erased : undefined,
      });
    },
  },
});

const erased =
  "What must not be kept goes now, once no running version writes it; backups and the oplog still have it. Other fields of the call can wait: mark those with `// ddlint-deprecated: <collection>.<field>`, and unset them in a later migration.";
