import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "collection-in-memory",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  assumes: "many rows",
  docs: {
    summary: "`toArray()` loads every document of an existing collection into the memory of the migration.",
    why: "With production's documents the process runs out of memory in the middle of the migration. What the application writes while the documents are worked on is overwritten by what was read.",
    instead: "Read the cursor with `for await`, and write in batches with `bulkWrite`.",
    exceptions: [
      "a filter, a limit, or a pipeline that chooses, counts or groups",
      "a collection that this migration creates",
      "it is a note if only some fields are read, or if the documents are looked up while those of another collection are written",
    ],
  },
  messages: { all: "loads all documents of {{name}} into memory at once" },
  recipe: { mongodb: recipes.mongodb.cursorLoop },
  on: {
    readDocuments({ operation, documents }, { report }) {
      const { filter, inMemory, limited, projected, head } = operation;
      if (!inMemory || limited || filter.is !== "none" || documents.isNew()) return;
      const severity = projected || documents.isLookUp() ? "note" : undefined;
      report({ at: head, message: "all", data: { name: documents.name() }, severity });
    },
  },
});
