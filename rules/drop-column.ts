import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-column",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: { effects: "the server refuses it only until the dependent objects are dropped" },
  docs: {
    summary: "`DROP COLUMN` without a deprecation step in an earlier migration.",
    why: "The column's data is lost. The running application, which still reads or writes the column, fails from that moment.",
    instead:
      "First mark it as deprecated, in its comment (`'deprecated …'`) or with `-- ddlint-deprecated: t.c since …`, and make it nullable. Deploy the version that doesn't use it, then drop it in a later migration.",
    exceptions: [
      "a column that an earlier migration marked as deprecated, or renamed to a name like `code_old`, `code_archived` or `deprecated_code`",
      "a table or column that a pending migration creates",
      "the last step of an exchange: the same transaction gives the name to another column, or drops the trigger that kept both in sync",
    ],
  },
  messages: {
    early: "{{column}} was deprecated {{since}} ago, not {{least}}: running applications may still use it",
    copied: "the running application that uses {{column}} fails, and values that weren't copied are lost",
    lost: "the data of {{column}} is lost, and the running application that uses it fails",
  },
  options: {
    leastMigrations: {
      default: 1,
      minimum: 1,
      description:
        "How many migrations after its deprecation the column may be dropped: 1 means in the next one.",
    },
  },
  recipe: {
    postgres: (step) => recipes.underNewName(step) ?? recipes.deprecateColumn(step),
    mysql: (step) => recipes.underNewName(step) ?? recipes.mysql.deprecateColumn(step),
  },
  on: {
    dropColumn(
      { operation, scope, dependents: { deprecation, replaced, copiedBefore }, createdPending, show },
      { report, options },
    ) {
      const { table, column } = operation;
      if (createdPending(table, column.text) === "yes") return;
      const said = deprecation(table, column.text);
      const early = recipes.tooEarly(said, scope, options.leastMigrations);
      if (said !== undefined && early === undefined) return;
      // Another column takes its name in the same transaction: the last step of an exchange.
      if (replaced()) return;
      const data = { column: show(table, column.text) };
      const copy = copiedBefore();
      if (early === undefined && copy !== undefined)
        report({
          at: operation.head,
          message: "copied",
          data,
          related: [{ at: copy, message: "it is read here" }],
        });
      else if (early === undefined) report({ at: operation.head, message: "lost", data });
      else {
        const { instead, related } = early;
        report({ at: operation.head, message: "early", data: { ...data, ...early.data }, instead, related });
      }
    },
  },
});
