import { defineRule, type Edit, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "split-alter-table",
  category: "locks",
  severity: "note",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "safe",
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
      // Statements in a row that one could do: only the second is reported.
      let chain: { readonly steps: Step[]; readonly edits: Edit[]; isWhole: boolean } | undefined;
      const tell = (): void => {
        const [previous, step] = chain?.steps ?? [];
        const edits = chain?.edits ?? [];
        chain = undefined;
        if (previous === undefined || step?.table === undefined) return;
        report({
          at: step.operation.head,
          message: "joins",
          data: { table: step.show(step.table) },
          related: [{ at: previous.operation.head, message: "the previous statement" }],
          step,
          fix: edits.length === 0 ? undefined : { title: "write one ALTER TABLE", edits },
        });
      };
      for (const step of applied()) {
        const { statement, table, locks, createdHere, edits } = step;
        if (table === undefined || seen.has(statement.span.start)) continue;
        const previous = locks.joinsBefore();
        if (previous === undefined || createdHere(table) === "yes") continue;
        seen.add(statement.span.start);
        if (chain?.steps.at(-1)?.statement !== previous.statement) {
          tell();
          chain = { steps: [previous], edits: [], isWhole: true };
        }
        const joined = chain.isWhole ? edits.joined(chain.steps) : undefined;
        chain.isWhole = joined !== undefined;
        chain.edits.push(...(joined ?? []));
        chain.steps.push(step);
      }
      tell();
    },
  },
});
