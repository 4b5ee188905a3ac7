import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "statements-without-transaction",
  category: "transactions",
  severity: "warning",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "Two or more statements of a file change something, and no transaction encloses them.",
    why: "Each statement commits by itself. If one fails, those before it stay, and the file can neither run again nor be undone as a whole.",
    instead:
      "Write `BEGIN;` at the top and `COMMIT;` at the end, or put each statement into a separate file.",
    exceptions: [
      "settings and queries",
      "statements that can't run in a transaction, such as `CREATE INDEX CONCURRENTLY`",
      "on MySQL and MariaDB, changes of the schema, which always commit implicitly",
      "a `DO` block that commits",
      "statements that the tool sends in one message",
      "files with the names of a tool that opens a transaction itself, such as `V1__create_orders.sql`, if the project doesn't say how they are run",
    ],
  },
  messages: { alone: "commits by itself: if a later statement of the file fails, it stays" },
  recipe: recipes.inOneTransaction,
  on: {
    migration({ steps, history }, { report }) {
      const alone = steps.filter(
        (step) =>
          commitsByItself(step) && !(step.transaction.kind === "unknown" && history.likelyWrapped === true),
      );
      const [first] = alone;
      const next = alone.find((step) => step.statement !== first?.statement);
      if (first === undefined || next === undefined) return;
      report({
        at: first.operation.head,
        message: "alone",
        related: [{ at: next.operation.head, message: "may fail" }],
        step: first,
      });
    },
  },
});

/** Kinds that change nothing that a transaction could undo. */
const changesNothing: ReadonlySet<Step["operation"]["kind"]> = new Set([
  "setOption",
  "selectRows",
  "callFunction",
  "utility",
  "analyze",
  "useSchema",
  "begin",
  "commit",
  "rollback",
  "savepoint",
]);

/** A change outside of any transaction that could stand in one. */
function commitsByItself({ operation, statement, effects, script, transaction: { kind } }: Step): boolean {
  if (changesNothing.has(operation.kind) || !effects.inTransaction || effects.commits === true) return false;
  if (kind !== "none" && kind !== "unknown") return false;
  // Several statements in one message are a transaction; a loop that commits can't run in one.
  if (script.transaction.sends === "text" || script.transaction.sends === "pipeline") return false;
  return !statement.operations.some((other) => other.kind === "commit");
}
