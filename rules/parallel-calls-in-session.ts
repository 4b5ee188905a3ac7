import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "parallel-calls-in-session",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "`Promise.all` runs several calls with the same session at the same time.",
    why: "A session runs one operation at a time, and the driver doesn't support it otherwise: the transaction fails now and then, with errors that depend on the order in which the calls arrive.",
    instead: "Await the calls one after the other.",
    exceptions: ["calls without a session"],
  },
  messages: { together: "{{method}}() of {{name}} shares its session with calls that run at the same time" },
  on: {
    operation({ operation, documents }, { report }) {
      const call = documents.call();
      if (call === undefined || !documents.sharesSession()) return;
      report({
        at: operation.head,
        message: "together",
        data: { method: call.method, name: documents.name() },
      });
    },
  },
});
