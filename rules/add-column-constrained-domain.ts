import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "add-column-constrained-domain",
  category: "rewrites",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "`ADD COLUMN` on an existing table with a domain that has constraints.",
    why: "PostgreSQL checks every row against the domain by rewriting the table, even if the column is nullable. It holds `ACCESS EXCLUSIVE` meanwhile, so reads and writes wait.",
    instead:
      "Add a column of the base type with the domain's rule as a `NOT VALID` CHECK, and validate it in another transaction.",
    exceptions: [
      "a table that this migration creates, unless rows were committed to it before",
      "a domain without constraints",
      "an array of the domain",
      "a column with a volatile default (see `add-column-volatile-default`)",
      "a generated column (see `add-column-generated`)",
      "a domain that the history doesn't create",
    ],
  },
  messages: { rewrites: "rewrites {{table}} under ACCESS EXCLUSIVE to check domain {{domain}} in every row" },
  recipe: recipes.baseTypeWithCheck,
  on: {
    addColumn({ operation, effects, values: { constrainedDomain }, show }, { report }) {
      const { type, default: value, generated } = operation.column;
      const domain = constrainedDomain();
      if (domain === undefined || effects.rewrites.length === 0 || generated !== undefined) return;
      // A volatile default rewrites by itself: another rule reports it.
      if (value !== undefined && (value.volatility === "volatile" || value.volatility === "unknown")) return;
      report({
        at: type.span,
        message: "rewrites",
        data: { table: show(operation.table), domain: domain.name },
      });
    },
  },
});
