import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-analyze",
  formerly: ["analyze-after-backfill"],
  category: "data",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres"],
  sameCause: ["index-without-concurrently"],
  docs: {
    summary: "An index on an expression is created on an existing table, without ANALYZE after it.",
    why: "The first ANALYZE after the build collects the statistics of the expression. Until then the planner guesses. Autovacuum analyzes a table only after enough of its rows have changed: on a quiet table never, after a backfill within minutes.",
    instead: "`ANALYZE` the table at the end of the migration: it blocks neither reads nor writes.",
    exceptions: [
      "a table that this migration creates",
      "`ANALYZE` or `VACUUM (ANALYZE)` of the table, or of all tables, later in the migration",
      "`CREATE INDEX CONCURRENTLY` that has to be alone in its file",
      "a UNIQUE index on nothing but the expression: the planner knows how many rows a value has",
      "further indexes on expressions of the same table",
      "UPDATE, DELETE and INSERT of a whole table, unless the option `backfills` is set",
    ],
  },
  messages: {
    index: "no statistics of {{expression}} until {{table}} is analyzed: the planner guesses",
    rows: "the statistics of {{table}} are out of date until autovacuum analyzes it: the planner guesses",
  },
  options: {
    backfills: { default: false, description: "Also report UPDATE, DELETE and INSERT of a whole table." },
  },
  on: {
    createIndex(step, { report }) {
      const { operation: index, effects, script, earlier, show } = step;
      const expression = index.elements.find((element) => element.expression !== undefined)?.expression;
      if (expression === undefined || effects.builds.length === 0) return;
      // That no two rows are equal tells the planner enough.
      if (index.unique && index.elements.length === 1) return;
      // If it has to be alone in its file, ANALYZE is in another one.
      if (
        index.concurrently &&
        script.transaction.sends !== "statement" &&
        script.transaction.sends !== "unknown"
      )
        return;
      if (isAnalysed(step) || earlier().some((other) => isExpressionIndex(other, index.table.name))) return;
      const text = expression.text.length > 40 ? "the expression" : expression.text;
      report({
        at: index.head,
        message: "index",
        data: { expression: text, table: show(index.table) },
        instead: recipes.analyze(index.table),
      });
    },
    operation(step, { report, options }) {
      const { operation, table, values, createdHere, show } = step;
      if (!options.backfills || table === undefined || values.bounded()) return;
      if (createdHere(table) === "yes" || isAnalysed(step)) return;
      report({
        at: operation.head,
        message: "rows",
        data: { table: show(table) },
        instead: recipes.analyze(table),
      });
    },
  },
});

/** One finding for each table is enough. */
const isExpressionIndex = ({ operation }: Step, table: string): boolean =>
  operation.kind === "createIndex" &&
  operation.table.name === table &&
  operation.elements.some(({ expression }) => expression !== undefined);

/** ANALYZE or VACUUM (ANALYZE) of the table, or of all tables, follows. */
function isAnalysed({ table: own, before, later }: Step): boolean {
  if (own === undefined) return true;
  const table = before.resolve(own);
  return later().some(({ operation: other, before: then }) => {
    if (other.kind !== "analyze" && !(other.kind === "vacuum" && other.analyze)) return false;
    return other.tables.length === 0 || other.tables.some((name) => then.resolve(name) === table);
  });
}
