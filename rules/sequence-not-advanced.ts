import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "sequence-not-advanced",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "Rows are inserted with keys of their own into a serial or identity column, and its sequence isn't set.",
    why: "The sequence goes on counting where it was, and the application's next insert meets a key that is taken (23505), at once or in a year.",
    instead: "Leave the key out; or set the sequence after the rows, with `setval` or `ALTER … RESTART`.",
  },
  messages: { behind: "the sequence of {{column}} stays behind: a later insert meets a key that is taken" },
  recipe: recipes.advanceSequence,
  on: {
    migration({ applied, isTracking }, { report }) {
      const said = new Set<string>();
      for (const step of applied()) {
        const { operation, show } = step;
        if (operation.kind !== "insertRows" && operation.kind !== "copyRows") continue;
        const { table, head } = operation;
        if (table === undefined) continue;
        const name = show(table);
        if (said.has(name) || isTracking(table)) continue;
        const key = step.values.explicitKey();
        if (key === undefined) continue;
        said.add(name);
        if (step.values.setsSequence()) continue;
        report({ at: head, message: "behind", data: { column: show(table, key) }, step });
      }
    },
  },
});
