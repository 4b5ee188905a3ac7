import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-volatile-default",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD COLUMN` with a volatile default on an existing table.",
    why: "PostgreSQL stores a constant or stable default such as `now()` once, in the catalog (11 and later). It computes a volatile default for every row, so it rewrites the table under `ACCESS EXCLUSIVE`: reads and writes wait.",
    instead:
      "Add the column without a default, set the default for new rows, and fill existing rows in batches.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a constant, immutable or stable default",
      "`serial` and identity columns (see `add-column-auto-increment`)",
    ],
  },
  messages: {
    rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE: {{default}} is computed for every row",
  },
  recipe: recipes.columnThenDefault,
  on: {
    addColumn({ operation, effects, show }, { report }) {
      const { default: value, serial, identity } = operation.column;
      if (value === undefined || serial || identity !== undefined) return;
      // A constrained domain rewrites with any default: another rule reports it.
      if (value.constant || value.volatility === "immutable" || value.volatility === "stable") return;
      if (effects.rewrites.length === 0) return;
      report({
        at: value.span,
        message: "rewrites",
        data: { table: show(operation.table), default: value.text.length > 40 ? "the default" : value.text },
      });
    },
  },
});
