import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "unsupported-by-product",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["mysql", "mariadb"],
  directions: ["up", "down"],
  alsoRefused: "says itself that the statement fails",
  docs: {
    summary: "Words that only the other one of MySQL and MariaDB understands.",
    why: "The server refuses the statement as a syntax error. MySQL has no `IF [NOT] EXISTS` for columns, indexes and constraints, no `WAIT`, `CREATE OR REPLACE TABLE`, system versioning or type `uuid`; MariaDB has no keys on expressions, no `NOT ENFORCED`, `DROP CHECK` or `SET PERSIST`.",
    instead: "What both know; or state the other one, if it is that: `dialect` in the configuration.",
  },
  messages: {
    unknown: "fails: {{product}} has no {{words}}",
  },
  on: {
    operation({ operation, statement, mysql: { otherProduct, product } }, { report }) {
      const found = otherProduct();
      // What is asked of the whole ALTER is told once.
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
