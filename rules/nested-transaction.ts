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
    summary:
      "`BEGIN` in a transaction that is open already, or `COMMIT` of one that the migration tool opened.",
    why: "On PostgreSQL, the inner `BEGIN` only warns, but the inner `COMMIT` ends the tool's transaction: the statements after it, and the tool's own record of the migration, are no longer undone together. On MySQL and MariaDB, `BEGIN` (`START TRANSACTION`) already commits the open transaction. A second `BEGIN` in a file does the same to the first one, and the last of several `COMMIT`s commits nothing.",
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
    again: "a transaction is open already: this doesn't begin one, and the next COMMIT ends the first",
    commitsOwn: "commits the transaction that an earlier BEGIN opened",
    nothing: "no transaction is open here: this commits nothing",
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
      if (inBody) return;
      if (transaction.commits?.by === "file")
        report({ at: operation.head, message: "commitsOwn", severity: "warning" });
      if (transaction.kind !== "block") return;
      const isOpen = transaction.begin !== undefined && transaction.begin.start < operation.span.start;
      if (isOpen) report({ at: operation.head, message: "again", severity: "warning" });
      if (transaction.by !== "runner") return;
      report({ at: operation.head, message: "begin", fix: removal(withoutNestedTransaction()) });
    },
    commit(
      { operation, transaction, inBody, before, earlier, edits: { withoutNestedTransaction } },
      { report },
    ) {
      if (inBody) return;
      if (transaction.kind === "none" && before.family === "postgres")
        report({ at: operation.head, message: "nothing", severity: "warning" });
      if (transaction.kind !== "block" || transaction.by !== "runner") return;
      // Its BEGIN has been reported.
      if (earlier().some((step) => step.operation.kind === "begin" && !step.inBody)) return;
      report({ at: operation.head, message: "commit", fix: removal(withoutNestedTransaction()) });
    },
  },
});
