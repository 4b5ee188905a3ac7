import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-primary-key",
  category: "compatibility",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  docs: {
    summary: "`DROP PRIMARY KEY` without a new one in the same ALTER TABLE.",
    why: "Replicas search the whole table for each changed row, Group Replication and Galera refuse writes, and online schema change tools refuse the table. The server creates a hidden key that queries can't use, and rewrites the table for it.",
    instead: "Use one statement: `ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (…)`.",
    exceptions: ["a table that this migration creates, unless rows were committed to it before"],
  },
  messages: {
    gone: "{{table}} is left without a primary key: replicas search the whole table for each row",
    until:
      "{{table}} has no primary key until a later statement, and is copied twice: use one ALTER for both",
  },
  on: {
    dropConstraint(step, { report }) {
      const { operation, statement, createdHere, show, before } = step;
      if (operation.object !== "primary key" || createdHere(operation.table) === "yes") return;
      if (statement.operations.some(({ kind }) => kind === "addPrimaryKey")) return;
      const key = before.resolve(operation.table);
      const isReplaced = step
        .later()
        .some(
          ({ operation: next, before: then }) =>
            next.kind === "addPrimaryKey" && then.resolve(next.table) === key,
        );
      report({
        at: operation.head,
        message: isReplaced ? "until" : "gone",
        data: { table: show(operation.table) },
        severity: isReplaced ? "warning" : undefined,
      });
    },
  },
});
