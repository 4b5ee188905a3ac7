import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "concurrently-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  alsoRefused: "reports that the statement fails",
  docs: {
    summary: "`CONCURRENTLY` inside a transaction, a DO block or a function.",
    why: "The server refuses it with error 25001, so the migration fails. The transaction may come from `BEGIN`, from the migration tool, or from several statements sent in one message. A tool may also keep a transaction open in another session, as Flyway does for its lock: the build then waits for it without end, or until `lock_timeout`.",
    instead:
      "Put the statement into a separate migration that runs outside a transaction, by your tool's own means.",
    exceptions: [
      "`REFRESH MATERIALIZED VIEW CONCURRENTLY`, which may run in a transaction",
      "a project whose transactions aren't known",
      "a transaction that the tool keeps open in another session, for every build after the first of a history, or if the tool's setting against it is found",
    ],
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
      const found = recipes.leaveConcurrently(step);
      if (found !== undefined) {
        const { where, instead } = found;
        report({ at: operation.head, message: "fails", data: { where }, instead });
        return;
      }
      if (operation.kind !== "createIndex") return;
      const beside = step.locks.waitsForRunner();
      if (beside === undefined) return;
      const { of, instead } = beside;
      // A setting on the command line or in code isn't seen.
      report({ at: operation.head, message: "hangs", severity: "warning", data: { of }, instead });
    },
  },
});
