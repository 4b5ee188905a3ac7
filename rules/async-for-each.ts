import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "async-for-each",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A write is in a callback of `forEach`, or in an `async` function that nothing awaits.",
    why: "`forEach` of an array or a cursor drops the promises of its callback. All writes start at once, the runner records the migration as applied before they end, and an error ends the process or reaches nobody.",
    instead:
      "Write `for (const … of …)`, or `for await (const … of cursor)`, in place of `forEach`, with `await` before each call in its body, in an `async` function. Await a function that is called.",
    exceptions: [
      "`await Promise.all(list.map(async …))`",
      "a promise that the callback puts into a list",
      "`eachAsync` of Mongoose's cursors",
    ],
  },
  messages: { unheard: "nothing waits for {{method}}() of {{name}}: the function around it isn't awaited" },
  on: {
    operation({ operation, documents, changes }, { report }) {
      const call = documents.call();
      if (call?.waits !== "forEach" || changes === "nothing" || documents.isNextRound()) return;
      report({
        at: operation.head,
        message: "unheard",
        data: { method: call.method, name: documents.name() },
      });
    },
  },
});
