import { defineRule, recipes, type Key, type Step } from "../src/lint/rule.ts";

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
  messages: { breaks: "a running application that uses {{column}} fails at that moment" },
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
    renameColumn(step, { report }) {
      const { createdPending, show } = step;
      const { renamedHere, keepsName } = step.names;
      const { replaced } = step.dependents;
      const { object, table, column, head } = step.operation;
      if (object === "type" || keepsName() || replaced()) return;
      if (createdPending(table, column.text) === "yes" || renamedHere(table, column.text)) return;
      const data = { column: show(table, column.text) };
      report({ at: head, message: "breaks", data, impliedBy: withTable(step, step.before.resolve(table)) });
    },
  },
});

/** The view under the old name of the table, which is advised for that, has the old name of the column as well. */
function withTable({ neighbours, script }: Step<"renameColumn">, table: Key) {
  const renamed = neighbours("later", "renameTable").find(
    ({ operation, before: then }) => then.resolve(operation.table) === table,
  );
  return renamed && { rule: "rename-table", at: { path: script.path, span: renamed.statement.span } };
}
