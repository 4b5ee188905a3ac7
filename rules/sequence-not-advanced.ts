import { defineRule, recipes, type Span, type Step } from "../src/lint/rule.ts";

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
      "a migration that sets a sequence after the rows, or before them to no smaller value (an earlier migration may do so, too), or runs SQL that isn't known before it runs (`EXECUTE`)",
      "a migration that creates a sequence named after the table (`orders_seq`, `orders_sequence`, `seq_orders`), which no column owns: the application draws the keys from it",
      "a later migration that sets the sequence, empties the table or drops it, unless it is for tests or development alone",
      "`DEFAULT` or `nextval(…)` as the key, and `OVERRIDING USER VALUE`",
      "a single row with the key 0 or a negative key",
      "a table that the history doesn't create, and the table of migrations",
    ],
  },
  messages: { behind: "the sequence of {{column}} stays behind: a later INSERT gets a key that is taken" },
  recipe: recipes.advanceSequence,
  on: {
    migration({ applied, isTracking }, { report }) {
      // The sequence is to be set behind the last of several.
      const last = new Map<string, { readonly step: Step; readonly at: Span; readonly key: string }>();
      for (const step of applied()) {
        const { operation, show } = step;
        if (operation.kind !== "insertRows" && operation.kind !== "copyRows") continue;
        const { table, head: at } = operation;
        if (table === undefined || isTracking(table)) continue;
        const key = step.values.explicitKey();
        if (key !== undefined) last.set(show(table), { step, at, key });
      }
      for (const { step, at, key } of last.values()) {
        const { show, table, values } = step;
        if (table === undefined || values.setsSequence()) continue;
        const data = { column: show(table, key) };
        report({ at, message: "behind", data, step, repaired: values.setsSequenceLater(key) });
      }
    },
  },
});
