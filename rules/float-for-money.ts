import { defineRule, wordsOf } from "../src/lint/rule.ts";

const defaults = [
  "amount",
  "balance",
  "cost",
  "deposit",
  "discount",
  "fee",
  "fees",
  "payment",
  "price",
  "revenue",
  "salary",
  "subtotal",
  "tax",
  "wage",
];

const inexact: ReadonlySet<string> = new Set(["real", "double precision", "float", "double"]);

/** `discount_percent` and `tax_rate` are no amounts. */
const shares = ["percent", "percentage", "pct", "rate", "ratio", "factor", "share"];

/** A word of the name is one of these: `unit_price`, `totalPrice`. */
function speaksOf(name: string, words: readonly string[]): boolean {
  const own = wordsOf(name);
  return own.some((word) => words.includes(word)) && !own.some((word) => shares.includes(word));
}

export default defineRule({
  id: "float-for-money",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "looks at what is written",
  fix: "none",
  docs: {
    summary: "A column whose name speaks of money is `real` or `double precision` (`float`, `double`).",
    why: "Neither holds 0.10 exactly: sums are off by cents, and two equal amounts may not be equal.",
    instead: "`numeric(precision, scale)` (`decimal`), or whole cents as `bigint`.",
  },
  messages: { inexact: "{{column}} holds amounts as {{type}}, which is not exact: sums are off" },
  options: {
    words: { default: defaults, description: "A column whose name has one of these words holds money." },
  },
  on: {
    operation({ writtenTypes, show }, { report, options }) {
      for (const { table, column, type } of writtenTypes()) {
        if (!inexact.has(type.name)) continue;
        if (!speaksOf(column, options.words)) continue;
        const data = { column: show(table, column), type: type.name };
        report({ at: type.span, message: "inexact", data });
      }
    },
  },
});
