import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-constrained-domain",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A column is added whose type is a domain with constraints.",
    why: "Every row is checked against the domain by writing the table anew under ACCESS EXCLUSIVE, be the column NULL or not: reads and writes wait until it is done.",
    instead:
      "A column of the base type with the domain's rule as a CHECK `NOT VALID`, validated in another transaction.",
  },
  messages: { rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE to check domain {{domain}} in every row" },
  recipe: recipes.baseTypeWithCheck,
  on: {
    addColumn({ operation, effects, values: { constrainedDomain }, show }, { report }) {
      const { type, default: value, generated } = operation.column;
      const domain = constrainedDomain();
      if (domain === undefined || effects.rewrites.length === 0 || generated !== undefined) return;
      // A volatile default rewrites by itself: another rule says so.
      if (value !== undefined && (value.volatility === "volatile" || value.volatility === "unknown")) return;
      report({
        at: type.span,
        message: "rewrites",
        data: { table: show(operation.table), domain: domain.name },
      });
    },
  },
});
