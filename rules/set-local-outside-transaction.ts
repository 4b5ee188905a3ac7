import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "set-local-outside-transaction",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "SET LOCAL where no transaction is open.",
    why: "It ends with the transaction that it stands in, which here is its own: the server warns (25P01) and nothing is set. A `lock_timeout` that was meant to protect the next statement does not.",
    instead: "`BEGIN` before it; or `SET`, and `RESET` at the end of the file.",
  },
  messages: { nothing: "no transaction is open here: {{setting}} is not set" },
  recipe: recipes.settingForSession,
  on: {
    setOption({ operation, script, transaction, inBody }, { report }) {
      // A function or DO block is a transaction; what travels in one message may be one.
      if (!operation.local || inBody || transaction.kind !== "none") return;
      if (script.transaction.sends === "pipeline") return;
      report({ at: operation.head, message: "nothing", data: { setting: operation.name } });
    },
  },
});
