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
    exceptions: [
      "a collection that this migration creates, `$out` included",
      "the second of two renames that exchange a collection for one that this migration has filled",
      "the rollback",
    ],
  },
  messages: {
    renamed: "the application that runs uses {{name}}: it reads nothing and writes to a new collection",
    exchanged: "{{name}} is exchanged: what is written since it was copied is lost, and its indexes are",
    replaces: "drops {{to}} and gives {{name}} its name, while the application uses both",
  },
  on: {
    renameCollection({ operation, documents }, { report }) {
      const { dropTarget, to, head } = operation;
      const name = documents.name();
      if (dropTarget) report({ at: head, message: "replaces", data: { name, to: to ?? "the target" } });
      else if (documents.isNew() || documents.takesPlace()) return;
      else if (documents.isExchanged())
        report({ at: head, message: "exchanged", data: { name }, instead: inPlace(name) });
      else report({ at: head, message: "renamed", data: { name } });
    },
  },
});

const inPlace = (name: string): string =>
  `Rename nothing, and write what is new into ${name} itself: in batches, or with a pipeline that ends in \`{ $merge: { into: ${JSON.stringify(name)}, whenMatched: "merge", whenNotMatched: "discard" } }\` in place of \`$out\`.`;
