import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "dynamic-sql-from-input",
  category: "security",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A function puts one of its text parameters unquoted into the SQL that it executes.",
    why: "The caller decides what is executed: `x; DROP TABLE orders` is a valid value. A name with a capital letter or a blank makes the statement fail.",
    instead:
      "Use `format('… %I … %L', name, value)`, `quote_ident` and `quote_literal`, or pass values with `USING`.",
    exceptions: [
      "a parameter whose type can't contain SQL, such as `integer` or `regclass`",
      "a variable that isn't a parameter",
      "a further use of a parameter that is reported for the function",
      "a parameter that is quoted: `format` with `%I` or `%L`, `quote_ident`, `quote_literal`, `quote_nullable`, or passed with `USING`",
    ],
  },
  messages: { input: "EXECUTE runs whatever callers of {{name}} pass into {{parameter}}" },
  on: {
    createFunction({ operation }, { report }) {
      const reported = new Set<string>();
      const uses = operation.operations.flatMap((inner) =>
        inner.kind === "executeDynamic" ? (inner.unquoted ?? []) : [],
      );
      for (const { variable, span } of uses) {
        // Once for each parameter: its uses are fixed together.
        if (reported.has(variable)) continue;
        reported.add(variable);
        const isQuery = uses.every((use) => use.variable !== variable || use.isQuery === true);
        report({
          at: span,
          message: "input",
          data: { name: operation.function.text, parameter: variable },
          instead: isQuery ? ofQuery : undefined,
        });
      }
    },
  },
});

/** Nothing quotes a query. */
const ofQuery =
  "Build the query in the function, from names and values. If callers have to pass a whole query, leave the function SECURITY INVOKER, and revoke EXECUTE from PUBLIC.";
