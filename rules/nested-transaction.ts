import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

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
    why: "On PostgreSQL, the inner `BEGIN` only warns, but the inner `COMMIT` ends the tool's transaction: the statements after it, and the tool's own record of the migration, are no longer undone together. Some tools notice this at their own `COMMIT`, and fail, unless the file has begun another transaction by then. If nothing follows the inner `COMMIT` but statements that can't run in a transaction, and the tool succeeds, the finding is a warning: only a lost connection between this `COMMIT` and the tool's record does harm. On MySQL and MariaDB, `BEGIN` (`START TRANSACTION`) already commits the open transaction. A second `BEGIN` in a file does the same to the first one.",
    instead: "Leave out `BEGIN` and `COMMIT`, or configure the tool not to open a transaction.",
    exceptions: [
      "`BEGIN` and `COMMIT` in the body of a procedure or DO block",
      "`SAVEPOINT`",
      "the last of several `COMMIT`s, which commits nothing (see `unclosed-transaction`)",
      "what the migration tool itself sends, such as Alembic around an `autocommit_block()`",
      "PostgreSQL: a `COMMIT` before all others in Rails 3, which has no `disable_ddl_transaction!`",
      "on MySQL and MariaDB, `BEGIN` after DDL, which has ended the tool's transaction already, and before DDL, which ends the file's",
      "on MySQL and MariaDB, `COMMIT` directly before or after DDL, which commits by itself",
      "a tool of which it isn't known whether it opens a transaction",
    ],
  },
  messages: {
    begin: "the migration tool has opened a transaction already: the COMMIT after this ends that one",
    useless: "the migration tool has opened a transaction already: this BEGIN has no effect",
    fails: "{{tool}} fails at its own COMMIT: this file ends the transaction that it opened",
    commits: "commits the transaction that the migration tool opened: a failure no longer undoes everything",
    again: "a transaction is open already: this doesn't begin one, and the next COMMIT ends the first",
    commitsOwn: "commits the transaction that an earlier BEGIN opened",
    commit: "ends the transaction that the migration tool opened: what follows isn't undone with it",
    last: "ends the transaction that the migration tool opened, before the tool ends it",
  },
  on: {
    begin(step, { report }) {
      const { operation, transaction, inBody, scope } = step;
      const at = operation.head;
      const fix = recipes.leaveTransaction(step);
      if (inBody || operation.byTool === true) return;
      if (transaction.commits?.by === "runner" && changing(step.later())[0]?.changes === "rows")
        report({ at, message: "commits", severity: "warning", fix });
      if (transaction.commits?.by === "file") report({ at, message: "commitsOwn", severity: "warning" });
      if (transaction.kind !== "block") return;
      if ((transaction.begin?.start ?? Infinity) < operation.span.start)
        report({ at, message: "again", severity: "warning" });
      if (transaction.by !== "runner") return;
      const end = step.later().find(endsTransaction);
      if (end === undefined) report({ at, message: "useless", severity: "warning", fix });
      else if (toolFails(end)) report({ at, message: "fails", data: { tool: scope.history.tool }, fix });
      else report({ at, message: "begin", severity: harm(end), fix });
    },
    commit(step, { report }) {
      const { operation, transaction, inBody, earlier, scope } = step;
      if (inBody || operation.byTool === true || transaction.kind !== "block") return;
      if (transaction.by !== "runner" || isBesideDdl(step)) return;
      // Its BEGIN has been reported.
      if (earlier().some((other) => other.operation.kind === "begin" && !other.inBody)) return;
      const found = { at: operation.head, fix: recipes.leaveTransaction(step) };
      const severity = harm(step);
      const way =
        severity === "warning" && changing(step.later()).length > 0 && recipes.mustLeaveTransaction(step);
      const instead = way ? `for what follows: ${way.instead}` : recipes.beforeEnumValue(step);
      if (toolFails(step)) report({ ...found, message: "fails", data: { tool: scope.history.tool } });
      else report({ ...found, message: severity === "error" ? "commit" : "last", severity, instead });
    },
  },
});

/** Where DDL commits by itself, it has ended the tool's transaction, or does so next. */
const isBesideDdl = (end: Step): boolean =>
  !end.before.dialect.transactionalDdl &&
  [changing(end.earlier()).at(-1), changing(end.later())[0]].some((one) => one?.changes === "schema");
const bounds = ({ operation: { kind }, inBody }: Step): boolean =>
  !inBody && ["begin", "commit", "rollback"].includes(kind);
const endsTransaction = (one: Step): boolean => bounds(one) && one.operation.kind !== "begin";
const changing = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ changes }) => changes !== "nothing" && changes !== "session");

/** Its driver looks at the state of the transaction, which on MySQL no server reports to it; one for all has savepoints. */
const toolFails = (end: Step): boolean =>
  end.before.family === "postgres" &&
  (end.scope.history.checksCommit === true
    ? end.later().findLast(bounds)?.operation.kind !== "begin"
    : end.scope.history.checksCommit === end.script.transaction.wraps);

/** A failure leaves a part of what follows, except of what can't run in a transaction: that is whole by itself. */
const harm = (end: Step): "error" | "warning" =>
  changing(end.later()).some(({ effects }) => effects.inTransaction) ? "error" : "warning";
