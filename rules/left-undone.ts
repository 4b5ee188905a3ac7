import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "left-undone",
  category: "history",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "The first half of a change whose second half never came: a constraint that is still `NOT VALID`, an index that is still invisible, a deprecated column or table that is still there, a trigger that kept a column in step which is gone.",
    why: "Old rows may break a constraint that was never validated, and the planner can't rely on it. An invisible index is kept up to date in every write and used by no query. A deprecated column is read and written until it is dropped. The body of a trigger is only text: every write that fires it fails once a column that it names is gone.",
    instead:
      "Finish the change in a new migration: `VALIDATE CONSTRAINT`, `DROP INDEX`, `DROP COLUMN`. Drop a trigger before the columns that it keeps in step, in the same migration.",
    exceptions: [
      "the newest migrations, by the option `migrations`; a trigger is reported at once",
      "what a later migration validates, makes visible, drops or renames",
      "a constraint that is `NOT ENFORCED`",
    ],
  },
  messages: {
    notValid: "{{name}} is still NOT VALID {{count}} later: nothing has checked the old rows",
    invisible: "{{name}} is still invisible {{count}} later: every write keeps it up to date for nobody",
    deprecated: "{{name}} is still there {{count}} after it was deprecated",
    trigger: "a trigger still uses {{name}}, which is gone: the next write that fires it fails",
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
      for (const { message, name, step, isFinished: repaired } of scope.leftUndone()) {
        const at = step.operation.head;
        const count = scope.history.migrations.length - 1 - scope.migration.index;
        if (message === "trigger") report({ at, message, step, data: { name }, repaired });
        else if (count >= options.migrations)
          report({
            at,
            message,
            step,
            severity: message === "deprecated" ? "note" : undefined,
            data: { name, count: count === 1 ? "1 migration" : `${count} migrations` },
            repaired,
          });
      }
    },
  },
});
