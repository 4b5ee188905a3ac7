import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-collection",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary:
      "A collection or the whole database is dropped without a deprecation step in an earlier migration.",
    why: "Its documents and indexes are lost. The running application, which still uses the collection, finds it empty, and its next write creates a new one without indexes.",
    instead:
      "Mark it in an earlier migration with `// ddlint-deprecated: <collection> since …`, deploy the version that doesn't use it, and drop it in a later migration.",
    exceptions: [
      "a collection that an earlier migration marks as deprecated, or with a name like `orders_old`",
      "a collection that this migration creates, or that nothing has named before it puts documents into it",
      "the rollback",
    ],
  },
  messages: {
    lost: "the documents of {{name}} are lost, and the application that uses it finds none",
    all: "drops the database: every collection is lost",
  },
  on: {
    dropCollection({ operation, documents }, { report }) {
      if (operation.collection === undefined) report({ at: operation.head, message: "all" });
      else if (!documents.isNew() && !documents.isOwn() && !documents.deprecated())
        report({
          at: operation.head,
          message: "lost",
          data: { name: documents.name() },
          instead: operation.collection.name === undefined ? listed : marked(operation.collection.name),
        });
    },
  },
});

const listed =
  "Write down the names of the collections. Mark each in an earlier migration with `// ddlint-deprecated: <collection> since …`, deploy the version that doesn't use them, and drop them by their names in a later migration.";

const marked = (name: string): string =>
  `Mark it in an earlier migration with \`// ddlint-deprecated: ${name} since …\`, deploy the version that doesn't use it, and drop it in a later migration.`;
