import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-collection",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  docs: {
    summary: "A collection is renamed.",
    why: "The running application uses the old name: it reads nothing, and its next write creates an empty collection of that name. Open cursors fail, and change streams on the collection are closed. With `dropTarget`, the collection that had the new name is lost.",
    instead:
      "Deploy a version that writes to both collections, copy the documents with `$merge`, then deploy the version that uses the new one alone, and drop the old one in a later migration.",
    exceptions: ["a collection that this migration creates", "the rollback"],
  },
  messages: {
    renamed: "the application that runs uses {{name}}: it reads nothing and writes to a new collection",
    replaces: "drops {{to}} and gives {{name}} its name, while the application uses both",
  },
  on: {
    renameCollection({ operation, documents }, { report }) {
      const { dropTarget, to, head } = operation;
      const name = documents.name();
      if (dropTarget) report({ at: head, message: "replaces", data: { name, to: to ?? "the target" } });
      else if (!documents.isNew()) report({ at: head, message: "renamed", data: { name } });
    },
  },
});
