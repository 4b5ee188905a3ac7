import { defineRule, recipes, type Step, type Span } from "../src/lint/rule.ts";

export default defineRule({
  id: "backfill-without-batches",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "An `UPDATE`, `DELETE` or `INSERT … SELECT` over an existing table without a bound on the rows.",
    why: "All rows are changed in one transaction: whoever writes one of them waits until the last is done.",
    instead: "Batches by key range, a `LIMIT`, or a loop that commits each round, outside of a transaction.",
  },
  messages: {
    unbounded: "changes rows of {{table}} without a bound: their writers wait until the last is done",
    copies: "copies rows of {{table}} in one transaction, without a bound",
  },
  recipe: { postgres: recipes.inBatches, mysql: recipes.mysql.inBatches },
  on: {
    updateRows: (step, { report }) => {
      changes(step, step.operation, report);
    },
    deleteRows: (step, { report }) => {
      changes(step, step.operation, report);
    },
    insertRows: (step, { report }) => {
      copies(step, step.operation, report);
    },
    mergeRows: (step, { report }) => {
      copies(step, step.operation, report);
    },
  },
});

type Report = (report: { at: Span; message: "unbounded" | "copies"; data: { table: string } }) => void;

function changes(
  { values: { bounded }, madeHere, size, show }: Step,
  { table, where, head }: Step<"updateRows" | "deleteRows">["operation"],
  report: Report,
) {
  // Without WHERE it is another rule's.
  if (where === undefined || where.trivial || bounded()) return;
  if (madeHere(table) || size(table) === "small") return;
  report({ at: head, message: "unbounded", data: { table: show(table) } });
}

function copies(
  { values: { bounded }, madeHere, size, show }: Step,
  { query, head }: Step<"insertRows" | "mergeRows">["operation"],
  report: Report,
) {
  if (bounded()) return;
  const source = query.relations.find((table) => !madeHere(table) && size(table) !== "small");
  if (source !== undefined) report({ at: head, message: "copies", data: { table: show(source) } });
}
