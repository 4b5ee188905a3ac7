import { defineRule, recipes, type Operation } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-allowed-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary:
      "A statement that can't be undone, such as VACUUM, ALTER SYSTEM or CREATE DATABASE, stands in a transaction, DO block or function.",
    why: "The server refuses it with error 25001, so the migration fails. A transaction may come from `BEGIN`, from the migration tool, or from several statements sent in one message.",
    instead:
      "Put it into a migration of its own that runs outside of a transaction, in the way of your tool.",
  },
  messages: { fails: "fails: {{command}} can't run {{where}}" },
  on: {
    operation(step, { report }) {
      const { operation, effects } = step;
      // CONCURRENTLY has a rule of its own.
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
