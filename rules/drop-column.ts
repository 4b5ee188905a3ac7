import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-column",
  category: "data-loss",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: "what depends on it keeps the server from dropping it only until that is gone",
  fix: "none",
  docs: {
    summary: "A column is dropped without a deprecation step in an earlier migration.",
    why: "Its data is gone, and the running application, which still reads or writes it, fails at that moment.",
    instead:
      "First say that it is deprecated, in its comment (`'deprecated …'`) or by `-- ddlint-deprecated: t.c since …`, and let it be NULL; deploy the version that doesn't use it, then drop it in a later migration.",
  },
  messages: {
    lost: "the data of {{column}} is lost, and the running application that uses it fails",
  },
  options: {
    leastMigrations: {
      default: 1,
      minimum: 1,
      description: "How many migrations after the deprecation the drop may come. 1: in the next one.",
    },
  },
  recipe: recipes.perDatabase(recipes.deprecateColumn, recipes.mysql.deprecateColumn),
  on: {
    dropColumn(
      { operation, failures, scope, deprecation, createdPending, replaced, show },
      { report, options },
    ) {
      const { table, column } = operation;
      if (failures.length > 0 || createdPending(table, column.text) === "yes") return;
      const said = deprecation(table, column.text);
      if (said !== undefined && scope.migration.index - said.migration >= options.leastMigrations) return;
      // Another column takes its name in the same transaction: the last step of an exchange.
      if (replaced()) return;
      report({ at: operation.head, message: "lost", data: { column: show(table, column.text) } });
    },
  },
});
