import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "set-local-outside-transaction",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`SET LOCAL` outside of a transaction.",
    why: "`SET LOCAL` lasts until the end of its transaction, which here is the statement alone: the server warns (25P01) and sets nothing. A `lock_timeout` that is meant to protect the next statement has no effect.",
    instead: "Write `BEGIN` before it; or use `SET`, and `RESET` at the end of the file.",
    exceptions: [
      "a `DO` block or function, which runs in a transaction",
      "statements that the tool sends in one message",
      "a runner of which it isn't known whether it opens a transaction",
    ],
  },
  messages: { nothing: "no transaction is open here: {{setting}} is not set" },
  recipe: recipes.settingForSession,
  on: {
    setOption({ operation, script, transaction, inBody }, { report }) {
      // A function or DO block runs in a transaction; statements of one message may be one.
      if (!operation.local || inBody || transaction.kind !== "none") return;
      if (script.transaction.sends === "pipeline") return;
      report({ at: operation.head, message: "nothing", data: { setting: operation.name } });
    },
  },
});
