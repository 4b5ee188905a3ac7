import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "concurrently-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary: "`CONCURRENTLY` inside of a transaction, DO block or function.",
    why: "The server refuses it with error 25001, so the migration fails. A transaction may come from `BEGIN`, from the migration tool, or from several statements sent in one message. A tool may also keep one open in a session of its own, such as Flyway for its lock: the build waits for it without end, or until `lock_timeout`. That is told of the first `CONCURRENTLY` of a history, unless the setting is found.",
    instead:
      "Put the statement into a migration of its own that runs outside of a transaction, in the way of your tool.",
  },
  messages: {
    fails: "fails: CONCURRENTLY can't run {{where}}",
    hangs: "never succeeds: {{of}} keeps a transaction open, which CONCURRENTLY waits for",
  },
  on: {
    operation(step, { report }) {
      const { operation } = step;
      // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction.
      if (!("concurrently" in operation) || !operation.concurrently || operation.kind === "refreshView")
        return;
      const found = recipes.mustLeaveTransaction(step);
      if (found !== undefined) {
        const { where, instead } = found;
        report({ at: operation.head, message: "fails", data: { where }, instead });
        return;
      }
      const beside = step.locks.waitsForRunner();
      if (beside === undefined) return;
      const { of, instead } = beside;
      // A setting on the command line or in code isn't seen.
      report({ at: operation.head, message: "hangs", severity: "warning", data: { of }, instead });
    },
  },
});
