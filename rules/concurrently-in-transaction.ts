import { defineRule } from "../src/lint/rule.ts";

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
    operation({ operation, transaction, inBody }, { report }) {
      // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction.
      if (!("concurrently" in operation) || !operation.concurrently || operation.kind === "refreshView")
        return;
      const { by, optOut } = transaction;
      const kind = inBody ? "body" : transaction.kind;
      if (kind === "none" || kind === "unknown") return;
      const where = {
        block: `inside the transaction that ${by === "file" ? "BEGIN" : "the migration tool"} opens`,
        implicit: "beside other statements that travel in the same message",
        body: "inside of a DO block or function",
        pipeline: "after the first statement of a pipeline",
      }[kind];
      const alone = "put it alone into a migration of its own";
      const how = kind === "body" ? ", as a plain statement" : by === "file" ? ", without BEGIN" : "";
      const instead = how === "" && optOut !== undefined ? `${alone}: ${optOut}` : alone + how;
      report({ at: operation.head, message: "fails", data: { where }, instead });
    },
  },
});
