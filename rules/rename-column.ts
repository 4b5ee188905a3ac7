import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-column",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "A column of an existing table is renamed.",
    why: "The running application uses the old name and fails at that moment; the new version fails until then.",
    instead:
      "Expand and contract: a new column beside the old one, kept equal by a trigger, until the old version is gone.",
  },
  messages: { breaks: "the running application still says {{column}} and fails at that moment" },
  recipe: recipes.renameByNewColumn,
  on: {
    renameColumn({ operation: rename, createdHere, createdPending, replaced, failures, show }, { report }) {
      if (rename.object === "type" || failures.length > 0 || replaced()) return;
      const { table, column } = rename;
      if (createdHere(table) === "yes" || createdPending(table, column.text) === "yes") return;
      report({ at: rename.head, message: "breaks", data: { column: `${show(table)}.${column.text}` } });
    },
  },
});
