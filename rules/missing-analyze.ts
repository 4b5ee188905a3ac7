import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-analyze",
  formerly: ["analyze-after-backfill"],
  category: "data",
  severity: "note",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary:
      "An index on an expression is created on an existing table, with no ANALYZE after it; with the option `backfills`, also a table is changed as a whole.",
    why: "Statistics of an expression come with the first ANALYZE after its index. Until then the planner guesses; autovacuum comes by only once enough rows have changed, which on a quiet table is never. After a backfill it comes within minutes.",
    instead: "`ANALYZE` the table at the end of the migration: it blocks neither reads nor writes.",
  },
  messages: {
    index: "no statistics of {{expression}} until {{table}} is analysed: the planner guesses",
    rows: "the statistics of {{table}} are those from before: the planner guesses until autovacuum comes by",
  },
  options: {
    backfills: { default: false, description: "Also report UPDATE, DELETE and INSERT of a whole table." },
  },
  on: {
    createIndex(step, { report }) {
      const { operation: index, effects, script, earlier, show } = step;
      const expression = index.elements.find((element) => element.expression !== undefined)?.expression;
      if (expression === undefined || effects.builds.length === 0) return;
      // Where it has to be alone in its file, ANALYZE stands in another.
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
      const { operation, table, bounded, createdHere, show } = step;
      if (!options.backfills || table === undefined || bounded()) return;
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

/** One note for each table is enough. */
const isExpressionIndex = ({ operation }: Step, table: string): boolean =>
  operation.kind === "createIndex" &&
  operation.table.name === table &&
  operation.elements.some(({ expression }) => expression !== undefined);

/** ANALYZE, or VACUUM with it, of the table or of all follows. */
function isAnalysed({ table: own, before, later }: Step): boolean {
  if (own === undefined) return true;
  const table = before.resolve(own);
  return later().some(({ operation: other, before: then }) => {
    if (other.kind !== "analyze" && !(other.kind === "vacuum" && other.analyze)) return false;
    return other.tables.length === 0 || other.tables.some((name) => then.resolve(name) === table);
  });
}
