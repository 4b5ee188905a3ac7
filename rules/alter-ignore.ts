import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "alter-ignore",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`ALTER IGNORE TABLE` that deletes or changes rows that break the new definition.",
    why: "If rows have the same value in a new unique key, the server keeps one of them and silently deletes the others. It silently changes values that don't fit a new column definition. Neither can be undone. MySQL 5.7 and later don't accept IGNORE.",
    instead:
      "Find the rows that break the definition, and delete or fix them in an earlier migration. Then use ALTER TABLE without IGNORE.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "changes other than a new unique key, a new primary key or a new column definition",
    ],
  },
  messages: {
    deletes: "IGNORE silently deletes rows of {{table}} that have duplicate values",
    changes: "IGNORE silently changes values of {{table}} that don't fit",
  },
  on: {
    operation({ operation, statement, table, createdHere, show }, { report }) {
      const ignore = operation.request?.ignore;
      if (ignore === undefined || operation !== statement.operations[0] || table === undefined) return;
      if (createdHere(table) === "yes") return;
      const kinds = new Set(statement.operations.map(({ kind }) => kind));
      const isUnique = statement.operations.some((one) => one.kind === "createIndex" && one.unique);
      const data = { table: show(table) };
      if (isUnique || kinds.has("addUnique") || kinds.has("addPrimaryKey"))
        report({ at: ignore, message: "deletes", data });
      else if (kinds.has("redefineColumn"))
        report({ at: ignore, message: "changes", data, severity: "warning" });
    },
  },
});
