import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "concurrently-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  fix: "none",
  docs: {
    summary: "`CONCURRENTLY` inside of a transaction, DO block or function.",
    why: "The server refuses it with error 25001, so the migration fails. A transaction may come from `BEGIN`, from the migration tool, or from several statements sent in one message.",
    instead:
      "Put the statement into a migration of its own that runs outside of a transaction, in the way of your tool.",
  },
  messages: { fails: "fails: CONCURRENTLY can't run {{where}}" },
  on: {
    operation(step, { report }) {
      const { operation } = step;
      // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction.
      if (!("concurrently" in operation) || !operation.concurrently || operation.kind === "refreshView")
        return;
      const found = recipes.mustLeaveTransaction(step);
      if (found === undefined) return;
      const { where, instead } = found;
      report({ at: operation.head, message: "fails", data: { where }, instead });
    },
  },
});
