import { defineRule, recipes, type Step, type Span } from "../src/lint/rule.ts";

export default defineRule({
  id: "backfill-without-batches",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary: "An `UPDATE`, `DELETE` or `INSERT … SELECT` over an existing table without a bound on the rows.",
    why: "All rows are changed in one transaction: whoever writes one of them waits until the last is done.",
    instead: "Batches by key range, a `LIMIT`, or a loop that commits each round, outside of a transaction.",
  },
  messages: {
    unbounded: "changes rows of {{table}} without a bound: their writers wait until the last is done",
    copies: "copies rows of {{table}} in one transaction, without a bound",
  },
  recipe: recipes.inBatches,
  on: {
    updateRows: (step, { report }) => {
      check(step, step.operation, report);
    },
    deleteRows: (step, { report }) => {
      check(step, step.operation, report);
    },
    insertRows({ operation, bounded, failures, createdHere, size, show }, { report }) {
      if (bounded() || failures.length > 0) return;
      const source = operation.query.relations.find(
        (table) => createdHere(table) !== "yes" && size(table) !== "small",
      );
      if (source === undefined) return;
      report({ at: operation.head, message: "copies", data: { table: show(source) } });
    },
  },
});

type Report = (report: { at: Span; message: "unbounded"; data: { table: string } }) => void;

function check(
  step: Step,
  { table, where, head }: Step<"updateRows" | "deleteRows">["operation"],
  report: Report,
) {
  const { bounded, before, failures, isHere, createdHere, size, show } = step;
  // Without WHERE it is another rule's.
  if (where === undefined || where.trivial || bounded() || failures.length > 0) return;
  const found = before.relation(table);
  if (createdHere(table) === "yes" || size(table) === "small") return;
  if (found.is === "present" && isHere(found.value.origin)) return;
  report({ at: head, message: "unbounded", data: { table: show(table) } });
}
