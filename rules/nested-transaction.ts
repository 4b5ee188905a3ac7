import { defineRule, type Edit, type Fix } from "../src/lint/rule.ts";

const removal = (edits: readonly Edit[] | undefined): Fix | undefined =>
  edits && { title: "leave the transaction to the tool", edits };

export default defineRule({
  id: "nested-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  fix: "safe",
  docs: {
    summary: "`BEGIN` or `COMMIT` in a file that the migration tool already wraps in a transaction.",
    why: "On PostgreSQL, the inner `BEGIN` only warns, but the inner `COMMIT` ends the tool's transaction: the statements after it, and the tool's own record of the migration, are no longer undone together. On MySQL and MariaDB, `BEGIN` (`START TRANSACTION`) already commits the open transaction.",
    instead: "Leave out `BEGIN` and `COMMIT`, or configure the tool not to open a transaction.",
    exceptions: [
      "`BEGIN` and `COMMIT` in the body of a procedure or DO block",
      "`SAVEPOINT`",
      "on MySQL and MariaDB, `BEGIN` after DDL, which has ended the tool's transaction already",
      "a tool of which it isn't known whether it opens a transaction",
    ],
  },
  messages: {
    begin: "the migration tool has opened a transaction already: the COMMIT after this ends that one",
    commits: "commits the transaction that the migration tool opened: a failure no longer undoes everything",
    commit: "ends the transaction that the migration tool opened: what follows isn't undone with it",
  },
  on: {
    begin({ operation, transaction, inBody, edits: { withoutNestedTransaction } }, { report }) {
      if (!inBody && transaction.commits?.by === "runner")
        report({
          at: operation.head,
          message: "commits",
          severity: "warning",
          fix: removal(withoutNestedTransaction()),
        });
      if (inBody || transaction.kind !== "block" || transaction.by !== "runner") return;
      report({ at: operation.head, message: "begin", fix: removal(withoutNestedTransaction()) });
    },
    commit({ operation, transaction, inBody, earlier, edits: { withoutNestedTransaction } }, { report }) {
      if (inBody || transaction.kind !== "block" || transaction.by !== "runner") return;
      // Its BEGIN has been reported.
      if (earlier().some((step) => step.operation.kind === "begin" && !step.inBody)) return;
      report({ at: operation.head, message: "commit", fix: removal(withoutNestedTransaction()) });
    },
  },
});
