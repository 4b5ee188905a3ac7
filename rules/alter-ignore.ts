import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "alter-ignore",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`ALTER IGNORE TABLE`: rows that break the new definition are deleted or changed.",
    why: "Of rows that are alike in a new unique key one is kept and the others are deleted, without a message; values that don't fit are cut. There is no way back. MySQL no longer knows it since 5.7.",
    instead:
      "Look at the rows that break it, decide, and delete or mend them in an earlier migration; then ALTER without IGNORE.",
  },
  messages: {
    deletes: "IGNORE deletes rows of {{table}} that are in the way, without a word",
    changes: "IGNORE changes values of {{table}} that don't fit, without a word",
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
