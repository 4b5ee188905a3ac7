import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-column",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A column of an existing table is renamed.",
    why: "The running application uses the old name and fails at that moment; the new version fails until then.",
    instead:
      "Expand and contract: a new column beside the old one, kept equal by a trigger, until the old version is gone.",
  },
  messages: { breaks: "the running application still says {{column}} and fails at that moment" },
  recipe: { postgres: recipes.renameByNewColumn },
  on: {
    redefineColumn(
      { operation, createdPending, names: { renamedHere }, dependents: { replaced }, show },
      { report },
    ) {
      const { table, column, definition, head } = operation;
      if (definition.name.text === column.text || replaced()) return;
      if (createdPending(table, column.text) === "yes" || renamedHere(table, column.text)) return;
      report({ at: head, message: "breaks", data: { column: show(table, column.text) } });
    },
    renameColumn(
      { operation: rename, createdPending, names: { renamedHere }, dependents: { replaced }, show },
      { report },
    ) {
      const { object, table, column, head } = rename;
      if (object === "type" || replaced()) return;
      if (createdPending(table, column.text) === "yes" || renamedHere(table, column.text)) return;
      report({ at: head, message: "breaks", data: { column: show(table, column.text) } });
    },
  },
});
