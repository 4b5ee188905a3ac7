import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsupported-by-product",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "reports the failure itself",
  docs: {
    summary: "Syntax that only the other one of MySQL and MariaDB supports.",
    why: "The server refuses the statement with a syntax error. MySQL has no `IF [NOT] EXISTS` for columns, indexes and constraints, no `WAIT`, `CREATE OR REPLACE TABLE`, system versioning or type `uuid`; MariaDB has no keys on expressions, no `NOT ENFORCED`, `DROP CHECK` or `SET PERSIST`.",
    instead:
      "Write what both support. If the server is the other product, set `dialect` in the configuration.",
    exceptions: [
      "executable comments for the other product: `/*M! … */`",
      "statements under a condition, which may ask for the product",
    ],
  },
  messages: {
    unknown: "fails: {{product}} has no {{words}}",
  },
  on: {
    operation({ operation, statement, mysql: { otherProduct, product } }, { report }) {
      const found = otherProduct();
      // The condition may ask for the product.
      if (operation.conditional === true) return;
      // Requests that concern the whole ALTER are reported once.
      if (
        found === undefined ||
        (operation.request !== undefined && operation !== statement.operations[0] && isAsked(operation))
      )
        return;
      report({
        at: operation.head,
        message: "unknown",
        data: { product: product(), words: found.words },
        severity: found.certain ? undefined : "warning",
      });
    },
  },
});

const isAsked = ({ request }: Step["operation"]): boolean =>
  request?.wait !== undefined || request?.online !== undefined || request?.ignore !== undefined;
