import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "split-alter-table",
  category: "locks",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "Two consecutive `ALTER TABLE`s of one table that could be one statement.",
    why: "Each statement is planned and takes its lock separately. If both read or write all rows, the table is read or written twice.",
    instead: "Write one `ALTER TABLE` with the sub-commands separated by commas.",
    exceptions: [
      "statements of different transactions",
      "statements that together would take a stronger lock or run in another order",
      "on MySQL and MariaDB, statements of which one neither copies nor rebuilds the table",
      "a table that this migration creates",
    ],
  },
  messages: { joins: "the previous statement alters {{table}} too: one ALTER TABLE could do both" },
  on: {
    migration({ applied }, { report }) {
      const seen = new Set<number>();
      let last: number | undefined;
      for (const step of applied()) {
        const { operation, statement, table, locks, createdHere, show } = step;
        if (table === undefined || seen.has(statement.span.start)) continue;
        const previous = locks.joinsBefore();
        if (previous === undefined || createdHere(table) === "yes") continue;
        seen.add(statement.span.start);
        const isChain = last === previous.statement.span.start;
        last = statement.span.start;
        // Of several in a row only the second is reported.
        if (isChain) continue;
        report({
          at: operation.head,
          message: "joins",
          data: { table: show(table) },
          related: [{ at: previous.operation.head, message: "the previous statement" }],
          step,
        });
      }
    },
  },
});
