import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rename-column",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  endsWithTable: true,
  docs: {
    summary: "A column of an existing table is renamed.",
    why: "The running application uses the old name and fails at that moment; the new version fails until then.",
    instead: {
      postgres:
        "Expand and contract: fill a copy of the column under the new name, which a trigger keeps equal; swap the two names, so that constraints, views and policies stay with their column; and drop the copy once no version uses the old name.",
      mysql:
        "Expand and contract: fill a copy of the column under the new name, which BEFORE INSERT and BEFORE UPDATE triggers keep equal; swap the two names in one ALTER TABLE, so that keys and defaults stay with their column; and drop the triggers and the copy once no version uses the old name.",
    },
    exceptions: [
      "a table or column that this migration, or another pending one, creates",
      "an exchange: another column takes the old name in the same transaction, or the new name belonged to one that it drops or renames",
      "a second rename of the same column in one migration",
      "attributes of composite types",
    ],
  },
  messages: { breaks: "the running application still uses {{column}} and fails at that moment" },
  recipe: {
    postgres: (step) => recipes.renameByNewColumn(step) ?? recipes.renamedInModel(step),
    mysql: (step) => recipes.mysql.renameByNewColumn(step) ?? recipes.renamedInModel(step),
  },
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
      {
        operation: rename,
        createdPending,
        names: { renamedHere, keepsName },
        dependents: { replaced },
        show,
      },
      { report },
    ) {
      const { object, table, column, head } = rename;
      if (object === "type" || keepsName() || replaced()) return;
      if (createdPending(table, column.text) === "yes" || renamedHere(table, column.text)) return;
      report({ at: head, message: "breaks", data: { column: show(table, column.text) } });
    },
  },
});
