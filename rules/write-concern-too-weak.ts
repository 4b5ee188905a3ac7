import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "write-concern-too-weak",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["mongodb"],
  directions: ["up", "down"],
  docs: {
    summary: "A call asks for the write concern `w: 0` or `w: 1`.",
    why: "With `w: 1`, the primary alone confirms the write: after a failover it may be rolled back, while the migration is recorded as applied. With `w: 0`, not even an error is reported.",
    instead:
      'Leave it out (`"majority"` is the default since 5.0), or write `writeConcern: { w: "majority" }`.',
    exceptions: ["fields called `w` of documents and filters"],
  },
  messages: { weak: "w: {{w}} of {{method}}(): a failover may take the write back" },
  on: {
    operation({ operation, documents }, { report }) {
      const call = documents.call();
      if (call === undefined || (call.writeConcern !== 0 && call.writeConcern !== 1)) return;
      report({ at: operation.head, message: "weak", data: { w: call.writeConcern, method: call.method } });
    },
  },
});
