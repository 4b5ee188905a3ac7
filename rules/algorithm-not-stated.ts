import { defineRule, insertAt } from "../src/lint/rule.ts";

export default defineRule({
  id: "algorithm-not-stated",
  category: "locks",
  severity: "note",
  presets: ["conventions"],
  dialects: ["mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary: "`ALTER TABLE`, `CREATE INDEX` or `DROP INDEX` without `ALGORITHM` and `LOCK`.",
    why: "The server takes the cheapest algorithm that works. It silently copies the table if the row format, a FULLTEXT index, an older version or another clause requires it. With the clauses, the server refuses the statement instead.",
    instead: "State the algorithm and the lock that the statement needs. The fix adds them.",
    exceptions: [
      "a table that this migration creates",
      "a statement that copies the table (see `algorithm-copy`) or blocks writes",
      "a statement whose algorithm isn't certain",
      "a statement with one of the clauses, or one that can't have them, such as `RENAME TABLE`",
    ],
  },
  messages: {
    silent: "silently takes a more expensive algorithm if {{table}} can't be changed by {{clauses}}",
  },
  on: {
    operation({ operation, mysql: { clausesFor }, effects: { online }, show }, { report }) {
      const clauses = clausesFor();
      if (clauses === undefined || online === undefined) return;
      const words = clauses.words;
      report({
        at: operation.head,
        message: "silent",
        data: { table: show(online.table), clauses: words },
        fix: { title: `add ${words}`, edits: [insertAt(clauses.at, clauses.text)] },
      });
    },
  },
});
