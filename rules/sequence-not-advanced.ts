import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "sequence-not-advanced",
  category: "data",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary:
      "Rows are inserted with explicit keys into a serial or identity column whose sequence isn't advanced.",
    why: "The sequence continues where it was. A later INSERT of the application gets a key that is already taken and fails (23505): the next one, or one in a year.",
    instead:
      "Leave the key out, or advance the sequence after the INSERT with `setval` or `ALTER … RESTART`.",
    exceptions: [
      "a migration that sets a sequence before or after the rows, or runs SQL that isn't known before it runs (`EXECUTE`)",
      "`DEFAULT` or `nextval(…)` as the key, and `OVERRIDING USER VALUE`",
      "a single row with the key 0 or a negative key",
      "a table that the history doesn't create, and the table of migrations",
    ],
  },
  messages: { behind: "the sequence of {{column}} stays behind: a later INSERT gets a key that is taken" },
  recipe: recipes.advanceSequence,
  on: {
    migration({ applied, isTracking }, { report }) {
      const seen = new Set<string>();
      for (const step of applied()) {
        const { operation, show } = step;
        if (operation.kind !== "insertRows" && operation.kind !== "copyRows") continue;
        const { table, head } = operation;
        if (table === undefined) continue;
        const name = show(table);
        if (seen.has(name) || isTracking(table)) continue;
        const key = step.values.explicitKey();
        if (key === undefined) continue;
        seen.add(name);
        if (step.values.setsSequence()) continue;
        report({ at: head, message: "behind", data: { column: show(table, key) }, step });
      }
    },
  },
});
