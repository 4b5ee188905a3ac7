import { defineRule, typeText, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "schema-change-without-state",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "SQL in a migration changes the table of a model, and the migration doesn't tell the tool.",
    why: "Django makes the next migration from the models and from the state that the migrations lead to. It doesn't read the SQL of `RunSQL`: if the model has the new column, `makemigrations` adds it a second time, and that migration fails. If the model doesn't have it, nothing in the project says that the column exists.",
    instead:
      "Pass `state_operations` with the operation that the SQL stands for, or write the SQL in `SeparateDatabaseAndState`. An empty list says that the state stays as it is.",
    exceptions: [
      "tables without a model, or with one that is not managed",
      "indexes, triggers, defaults, storage options and other things that a model needn't state",
      "a change of a column that makes it what the state has already",
    ],
  },
  messages: { unseen: "changes {{table}} without {{argument}}: {{tool}} makes the change again" },
  kinds: {
    modelled: [
      "addColumn",
      "dropColumn",
      "renameColumn",
      "changeColumnType",
      "setNotNull",
      "dropNotNull",
      "redefineColumn",
      "renameTable",
      "dropTable",
    ],
  },
  on: {
    modelled({ operation, before, scope, show }, { report }) {
      const { table, call, head } = operation;
      const unseen = call?.unseen;
      if (unseen?.tables.has(table.name) !== true || isSo(operation, before)) return;
      const { argument, instead } = unseen;
      const data = { table: show(table), argument, tool: scope.history.tool };
      report({ at: head, message: "unseen", data, instead });
    },
  },
});

/** By the migrations the column is so already, or its type isn't known: the SQL repairs the database, not the state. */
function isSo(operation: Step["operation"], before: Step["before"]): boolean {
  if (!("column" in operation) || !("table" in operation)) return false;
  const { kind, table, column } = operation;
  if (kind !== "changeColumnType" && kind !== "setNotNull" && kind !== "dropNotNull") return false;
  const found = before.column(table, column.text);
  if (found.is !== "present") return false;
  const { type, notNull } = found.value;
  if (kind === "changeColumnType") return type === undefined || typeText(type) === typeText(operation.type);
  return kind === "setNotNull" ? notNull === "yes" : notNull === "no";
}
