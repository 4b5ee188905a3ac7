import { defineRule, insertAt } from "../src/lint/rule.ts";

export default defineRule({
  id: "algorithm-not-stated",
  category: "locks",
  severity: "note",
  presets: ["conventions"],
  dialects: ["mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary: "ALTER TABLE, CREATE INDEX or DROP INDEX without `ALGORITHM` and `LOCK`.",
    why: "The server takes the cheapest way that it finds, and says nothing when that is to copy the table, because of the row format, a FULLTEXT index, an older version or another clause. With the clauses it refuses instead, at once.",
    instead: "Ask for what the statement takes: the fix adds it.",
  },
  messages: {
    silent: "takes a dearer way silently where {{table}} can't be changed by {{clauses}}",
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
