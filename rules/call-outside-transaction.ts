import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "call-outside-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A call in a transaction's callback doesn't name its session.",
    why: "It runs by itself, outside of the transaction: it is committed at once, stays if the transaction is aborted, and runs again each time the callback is retried.",
    instead:
      "Pass `{ session }` among the options of every call in the transaction. It then needs a replica set, and by default ends within 60 seconds. Or take the transaction away, if the calls can be repeated.",
    exceptions: ["options that aren't known before the migration runs", "reads"],
  },
  messages: { outside: "{{method}}() of {{name}} has no session: it isn't part of the transaction" },
  on: {
    operation({ operation, documents, changes }, { report }) {
      const call = documents.call();
      if (call?.inTransaction === undefined || call.hasSession !== false || changes !== "rows") return;
      if (documents.isNextRound()) return;
      report({
        at: operation.head,
        message: "outside",
        data: { method: call.method, name: documents.name() },
      });
    },
  },
});
