import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "left-undone",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "The first half of a change whose second half never came: a constraint that is still `NOT VALID`, an index that is still invisible, a deprecated column or table that is still there.",
    why: "Old rows may break a constraint that was never validated, and the planner can't rely on it. An invisible index is kept up to date in every write and used by no query. A deprecated column is read and written until it is dropped.",
    instead: "Finish the change in a new migration: `VALIDATE CONSTRAINT`, `DROP INDEX`, `DROP COLUMN`.",
    exceptions: [
      "the newest migrations, by the option `migrations`",
      "what a later migration validates, makes visible, drops or renames",
      "a constraint that is `NOT ENFORCED`",
    ],
  },
  messages: {
    notValid: "{{name}} is still NOT VALID {{count}} later: nothing has checked the old rows",
    invisible: "{{name}} is still invisible {{count}} later: every write keeps it up to date for nobody",
    deprecated: "{{name}} is still there {{count}} after it was deprecated",
  },
  options: {
    migrations: {
      default: 10,
      minimum: 1,
      description: "With fewer migrations than this after it, the second half may still come.",
    },
  },
  on: {
    migration(scope, { report, options }) {
      const count = scope.history.migrations.length - 1 - scope.migration.index;
      if (count < options.migrations) return;
      for (const { message, name, step, isFinished } of scope.leftUndone())
        report({
          at: step.operation.head,
          message,
          step,
          severity: message === "deprecated" ? "note" : undefined,
          data: { name, count: count === 1 ? "1 migration" : `${count} migrations` },
          repaired: isFinished,
        });
    },
  },
});
