import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "split-alter-table",
  category: "locks",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "Two ALTER TABLEs of one table follow each other, and one could do the work of both.",
    why: "Each is planned and takes its lock by itself; where both read or write all rows, the table is read or written twice. Said only where one statement would take the same locks and run in the same order; on MySQL and MariaDB only where both copy or rebuild the table.",
    instead: "One `ALTER TABLE` with the sub-commands separated by commas.",
  },
  messages: { joins: "{{table}} is altered by the statement before as well: one ALTER TABLE could do both" },
  on: {
    migration({ applied }, { report }) {
      const told = new Set<number>();
      let last: number | undefined;
      for (const step of applied()) {
        const { operation, statement, table, locks, createdHere, show } = step;
        if (table === undefined || told.has(statement.span.start)) continue;
        const previous = locks.joinsBefore();
        if (previous === undefined || createdHere(table) === "yes") continue;
        told.add(statement.span.start);
        const isChain = last === previous.statement.span.start;
        last = statement.span.start;
        // Of several in a row only the second is shown.
        if (isChain) continue;
        report({
          at: operation.head,
          message: "joins",
          data: { table: show(table) },
          related: [{ at: previous.operation.head, message: "the statement before" }],
          step,
        });
      }
    },
  },
});
