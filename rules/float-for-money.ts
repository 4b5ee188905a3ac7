import { columnRepaired, defineRule, wordsOf } from "../src/lint/rule.ts";

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

/** `discount_percent` and `tax_rate` aren't amounts. */
const shares = ["percent", "percentage", "pct", "rate", "ratio", "factor", "share"];

/** One of these words is in the name: `unit_price`, `totalPrice`. */
function isAmount(name: string, words: readonly string[]): boolean {
  const own = wordsOf(name);
  return own.some((word) => words.includes(word)) && !own.some((word) => shares.includes(word));
}

export default defineRule({
  id: "float-for-money",
  category: "schema",
  severity: "warning",
  presets: ["style"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "checks the text, which is the same if the statement fails",
  declared: true,
  docs: {
    summary:
      "A column named after money has the type `real` or `double precision` (MySQL and MariaDB: `float`, `double`).",
    why: "These types are inexact: they can't store 0.10. Sums are off by cents, and two amounts that look equal may compare as different.",
    instead: {
      postgres: "Use `numeric(precision, scale)`, or whole cents as `bigint`.",
      mysql: "Use `DECIMAL(precision, scale)`, or whole cents as `BIGINT`.",
    },
    exceptions: [
      "names of shares, such as `discount_percent` and `tax_rate`",
      "names that contain none of the words of the option `words`",
    ],
  },
  messages: { inexact: "{{column}} holds amounts as {{type}}, which is not exact: sums are off" },
  options: { words: { default: defaults, description: "Words in a column's name that stand for money." } },
  on: {
    operation({ after, values: { writtenTypes }, show }, { report, options }) {
      for (const { table, column, type } of writtenTypes()) {
        if (!inexact.has(type.name)) continue;
        if (!isAmount(column, options.words)) continue;
        const data = { column: show(table, column), type: type.name };
        const repaired = columnRepaired(after, table, column, (its) => inexact.has(its.type?.name ?? ""));
        report({ at: type.span, message: "inexact", data, repaired });
      }
    },
  },
});
