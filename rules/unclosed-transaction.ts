import { defineRule, type Report, type Step, type Transaction } from "../src/lint/rule.ts";

/** A transaction is open, or may be: BEGIN or the tool opened it, or it is that of several statements in one message. */
const opened = ({ kind }: Transaction): boolean =>
  kind === "block" || kind === "implicit" || kind === "unknown";

const setsAutocommit = ({ operation }: Step): boolean =>
  operation.kind === "setOption" && operation.name === "autocommit";

/** Nobody knows whether a transaction is open: the runner may have opened one. */
const isUnsure = ({ transaction, earlier }: Step): boolean =>
  transaction.kind === "unknown" && !earlier().some(setsAutocommit);

const messages = {
  open: "no COMMIT follows: the changes are lost and their locks held until the connection closes",
  alone: "no transaction is open here: {{command}} does nothing but warn",
  perhaps: "no BEGIN precedes: it ends the transaction of the runner, or does nothing",
  nothing: "no transaction is open here: {{command}} does nothing",
  undone: "ends the file with ROLLBACK: nothing of the transaction remains",
};

export default defineRule({
  id: "unclosed-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  directions: ["up", "down"],
  fix: "safe",
  docs: {
    summary: "`BEGIN` without `COMMIT`, `COMMIT` without `BEGIN`, or a file that ends with `ROLLBACK`.",
    why: "What isn't committed is lost when the connection closes, and its locks are held until then.",
    instead: "End the transaction with `COMMIT` in the same file.",
    exceptions: [
      "`ROLLBACK TO SAVEPOINT`",
      "`COMMIT` and `ROLLBACK` in a `DO` block or procedure",
      "MySQL and MariaDB: `COMMIT` of a transaction that a statement of the file has committed implicitly (see `implicit-commit-in-transaction`)",
      "`COMMIT` that a tool sends at the end of a callback that runs in a transaction, such as Sequelize's `transaction(async (t) => …)`",
      "a transaction that is rolled back, if another one follows and commits",
      "`COMMIT` or `ROLLBACK` without `BEGIN` after `SET autocommit`; it is a warning if it isn't known whether the runner opens a transaction",
    ],
  },
  messages,
  on: {
    migration({ migration, unclosed, steps, downSteps }, { report }) {
      for (const [script, begin, its] of [
        [migration.up, unclosed.up, steps],
        [migration.down, unclosed.down, downSteps],
      ] as const) {
        if (script === undefined) continue;
        if (begin !== undefined) report({ at: { path: script.path, span: begin }, message: "open" });
        const last = its.findLast(
          ({ operation: { kind }, inBody }) => !inBody && ["begin", "commit", "rollback"].includes(kind),
        );
        if (last?.operation.kind === "rollback" && opened(last.transaction) && !isUnsure(last)) {
          report({ at: { path: script.path, span: last.operation.head }, message: "undone" });
        }
      }
    },
    commit(step, { report }) {
      if (!step.inBody && step.operation.byTool !== true)
        for (const lone of withoutBegin(step, "COMMIT")) report(lone);
    },
    rollback(step, { report }) {
      if (!step.inBody) for (const lone of withoutBegin(step, "ROLLBACK")) report(lone);
    },
  },
});

/** A COMMIT or ROLLBACK that ends nothing, or what may be the runner's. */
function* withoutBegin(step: Step, command: "COMMIT" | "ROLLBACK"): Generator<Report<typeof messages>> {
  const { operation, transaction, before, edits, mysql } = step;
  const at = operation.head;
  const instead = `Write \`BEGIN;\` before the first statement that belongs to it, or delete ${command}.`;
  if (command === "COMMIT" && mysql.isCommitted()) return;
  if (isUnsure(step)) yield { at, message: "perhaps", severity: "warning", instead };
  if (opened(transaction)) return;
  const message = before.family === "mysql" ? "nothing" : "alone";
  const edit = edits.withoutLoneEnd();
  yield {
    at,
    message,
    data: { command },
    instead,
    fix: edit && { title: `remove ${command}`, edits: edit },
  };
}
