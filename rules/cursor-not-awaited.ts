import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "cursor-not-awaited",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "`for … of` goes through a cursor without `await`.",
    why: "The cursors of the driver can only be iterated asynchronously. The loop throws a `TypeError` before its first round, and nothing of its body runs.",
    instead: "Write `for await (const … of cursor)`.",
    exceptions: [
      "scripts for mongosh, which awaits each call",
      "queries of Mongoose's models, which give a list once they are awaited",
    ],
  },
  messages: { throws: "throws: a cursor over {{name}} is read with for await" },
  on: {
    readDocuments({ operation, documents }, { report }) {
      if (operation.notIterable === true)
        report({ at: operation.head, message: "throws", data: { name: documents.name() } });
    },
  },
});
