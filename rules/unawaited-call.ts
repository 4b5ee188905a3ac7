import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "unawaited-call",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A call that writes to MongoDB is neither awaited nor returned.",
    why: "The runner records the migration as applied and closes the connection while the call still runs. It may be cut off in the middle, and its error reaches nobody.",
    instead: "Write `await` before the call, or return its promise.",
    exceptions: [
      "a promise that is kept in a variable or a list, or handed to `then` or a callback",
      "scripts for mongosh, which awaits each call",
    ],
  },
  messages: { dropped: "nothing awaits {{method}}() of {{name}}: the migration may end before it does" },
  on: {
    operation({ operation, documents, changes }, { report }) {
      const call = documents.call();
      if (call?.waits !== "dropped" || changes === "nothing" || documents.isNextRound()) return;
      report({
        at: operation.head,
        message: "dropped",
        data: { method: call.method, name: documents.name() },
      });
    },
  },
});
