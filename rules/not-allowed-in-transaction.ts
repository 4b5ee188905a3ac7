import { defineRule, recipes, type Operation } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-allowed-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  alsoRefused: "reports the failure itself",
  docs: {
    summary:
      "A statement such as VACUUM, ALTER SYSTEM or CREATE DATABASE in a transaction, DO block or function; or a DO block or procedure that commits, in a transaction; or a function that commits.",
    why: "The server refuses it there with error 25001, or 2D000 (`invalid transaction termination`) for COMMIT and ROLLBACK in a DO block, procedure or function, so the migration fails. The transaction may come from `BEGIN`, from the migration tool, or from several statements sent in one message.",
    instead: "Put it into a separate migration that runs outside of a transaction, by your tool's opt-out.",
    exceptions: [
      "statements with `CONCURRENTLY`: `concurrently-in-transaction` reports them",
      "a statement that is sent alone in its message",
      "a runner of which it isn't known whether it opens a transaction",
    ],
  },
  messages: { fails: "fails: {{command}} can't run {{where}}" },
  kinds: { end: ["commit", "rollback"] },
  on: {
    end(step, { report }) {
      const found = recipes.mustRunOutside(step);
      if (found === undefined) return;
      const { where, instead } = found;
      // A loop or a condition may leave it out.
      const severity = step.operation.conditional === true ? "warning" : undefined;
      const command = `${step.operation.kind.toUpperCase()} in a ${found.body}`;
      report({ at: step.operation.head, message: "fails", data: { command, where }, instead, severity });
    },
    operation(step, { report }) {
      const { operation, effects } = step;
      // `concurrently-in-transaction` reports CONCURRENTLY.
      if (effects.inTransaction || ("concurrently" in operation && operation.concurrently)) return;
      const found = recipes.mustLeaveTransaction(step);
      if (found === undefined) return;
      const { where, instead } = found;
      report({
        at: operation.head,
        message: "fails",
        data: { command: commandOf(operation), where },
        instead,
      });
    },
  },
});

function commandOf(operation: Operation): string {
  switch (operation.kind) {
    case "createObject":
      return `CREATE ${operation.object.toUpperCase()}`;
    case "dropObject":
      return `DROP ${operation.object.toUpperCase()}`;
    case "alterObject":
      return `ALTER ${operation.object.toUpperCase()}`;
    case "reindex":
      return operation.scope === "index" || operation.scope === "table"
        ? "REINDEX of a partitioned table"
        : `REINDEX ${operation.scope.toUpperCase()}`;
    case "cluster":
      return operation.table === undefined ? "CLUSTER of all tables" : "CLUSTER of a partitioned table";
    case "utility":
      return operation.command;
    default:
      return operation.kind.toUpperCase();
  }
}
