import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "lock-outside-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  docs: {
    summary: "`LOCK TABLE` outside of a transaction block.",
    why: "The server refuses it with error 25P01, so the migration fails. A pipeline, as the Supabase CLI sends a file, is a transaction, but no transaction block: PostgreSQL 17 and earlier refuse it anywhere there, 18 as the first statement.",
    instead:
      "Write `BEGIN` before it, and `COMMIT` behind what it protects; or let your tool open the transaction. In a pipeline, lock in a `DO` block.",
    exceptions: [
      "a `DO` block or function, which runs in a transaction",
      "a second or later statement of a pipeline, unless the project states a server before PostgreSQL 18",
      "a runner of which it isn't known whether it opens a transaction",
    ],
  },
  messages: { fails: "fails: LOCK TABLE can only be used in transaction blocks" },
  recipe: recipes.lockInCode,
  on: {
    lockTable({ operation, statement, locks }, { report }) {
      // Each of its tables is an operation.
      if (statement.operations[0] === operation && locks.lacksBlock())
        report({ at: operation.head, message: "fails" });
    },
  },
});
