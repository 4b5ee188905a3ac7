import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-volatile-default",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  alsoRefused: "says what the table would suffer, if it were there after all",
  docs: {
    summary: "A column is added with a volatile default.",
    why: "A constant or stable default (`now()`) is stored once in the catalogue (11+). A volatile one must be computed for every row: the table is rewritten under ACCESS EXCLUSIVE.",
    instead: "Add the column without default, set the default for new rows, and fill old rows in batches.",
  },
  messages: {
    rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE: {{default}} is computed for every row",
  },
  recipe: recipes.columnThenDefault,
  on: {
    addColumn({ operation, effects, show }, { report }) {
      const { default: value, serial, identity } = operation.column;
      if (value === undefined || serial || identity !== undefined) return;
      // A constrained domain rewrites with any default: that is another rule's matter.
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
