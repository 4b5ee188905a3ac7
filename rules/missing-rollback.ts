import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "missing-rollback",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  docs: {
    summary: "A migration has no rollback, or an empty one, in a project that writes them.",
    why: "When a deploy goes wrong, the rollback has to be written under pressure. Django reverses its operations itself, but one `RunPython` without `reverse_code`, or `RunSQL` without `reverse_sql`, makes it refuse the whole migration. Such an operation is a warning, as the tool refuses before it changes anything, and so is an empty rollback of a migration that changes no schema; there, an empty method in a class, or one that Rails doesn't find, is a note.",
    instead:
      "Write the rollback (for SQL and MongoDB, `ddlint rollback` writes what can be undone), or state in the migration why there is none: `-- ddlint-irreversible: reason`.",
    exceptions: [
      "fewer than half of the twenty migrations before it have a rollback, or none of the last four (it is a warning if fewer than three quarters have one), unless the option `always` is set; migrations that state why they have none are not counted",
      "changesets of Liquibase and classes of Rails that the tool takes back itself say nothing of what a project writes: of the others, more than one must have a rollback in Liquibase, where the parts of a changeset, `7-1` and `7-2`, are one, and a project of Rails counts as one that writes them until three in four don't",
      "histories of tools that have no rollbacks",
      "repeatable migrations, and files without statements",
      "a migration of which the server refuses a statement",
      "a migration that only validates constraints, queries the database, refreshes views, rebuilds indexes or sets the session, also if it records itself in the history's table of migrations",
      "a migration that only adds values to enums, which PostgreSQL can't drop, or runs `CREATE EXTENSION IF NOT EXISTS`",
      "a migration in several files, one of which has a rollback",
      "a migration that Rails has copied from an engine",
      "a rollback that says in a comment, or logs, why it is empty: `-- no-op`, `-- can't be undone`; of a migration that renames a column or table, more than that it does nothing",
      "a migration that is marked with `-- ddlint-irreversible: reason`, or whose `down` raises `ActiveRecord::IrreversibleMigration`; without the reason, where fewer than a quarter of the marks before it have one",
    ],
  },
  messages: {
    missing: "has no way back: {{rollback}} is missing{{left}}",
    empty: "has no way back: its rollback is empty{{left}}",
    oneWay: "has no way back: {{what}}, and the tool refuses to reverse the migration",
    caught: "the rollback leaves it as it is: {{what}}, and the migration catches that error",
    unexplained: "is marked as irreversible without a reason",
  },
  options: {
    always: {
      default: false,
      description: "Also report migrations of a project that has few rollbacks, or none, as errors.",
    },
  },
  on: {
    migration(scope, { report, options }) {
      const { migration, history, differences, leavesNothingToUndo, emptyOnPurpose, startOf } = scope;
      const { down, up, kind, irreversible, oneWay, partOf } = migration;
      // What fails leaves nothing to undo: that is reported.
      if (scope.steps.some(({ refused, skipped }) => refused && !skipped)) return;
      if (history.rollbacks === "none" || kind !== "versioned" || up.empty) return;
      if (down?.empty === false && oneWay?.isCaught !== true) return;
      const habit = options.always ? "mostly" : scope.rollbackHabit();
      if (habit === "seldom") return;
      if (partOf !== undefined) {
        const parts = history.migrations.filter((other) => other.partOf === partOf);
        if (parts.some((part) => part.down?.empty === false)) return;
      }
      const at = startOf(up);
      if (irreversible === "" && !emptyOnPurpose("down") && (options.always || !scope.seldomExplains()))
        report({ at, message: "unexplained", severity: "warning" });
      if (irreversible !== undefined) return;
      const severity = habit === "mostly" ? undefined : "warning";
      const found = differences();
      const [first] = found;
      // PostgreSQL drops no value of an enum: nothing that could be written leads back.
      const isOfEnums =
        scope.steps.length > 0 && scope.steps.every(({ operation }) => operation.kind === "addEnumValue");
      if (oneWay !== undefined && !isOfEnums) {
        const { at: span, what, instead, isCaught } = oneWay;
        // The tool refuses before it changes anything.
        const weak = first === undefined || !options.always ? "warning" : undefined;
        const message = isCaught ? "caught" : "oneWay";
        report({ at: { path: up.path, span }, message, data: { what }, instead, severity: weak });
        return;
      }
      if (leavesNothingToUndo() || emptyOnPurpose("down")) return;
      // Rows that a migration has changed often stay so.
      const own = first === undefined ? "warning" : severity;
      const left = recipes.leftIn(found);
      const instead = migration.missingDown ?? recipes.writesRollback(scope);
      if (down === undefined)
        report({
          at,
          message: "missing",
          data: { rollback: history.rollbackName(migration), left },
          instead,
          severity: first === undefined && history.passesMissingDown === true ? "note" : own,
        });
      else {
        // A class says so itself, and one for changed rows seldom has anything else to say.
        const isWritten = first === undefined && up.code !== undefined;
        report({ at, message: "empty", data: { left }, instead, severity: isWritten ? "note" : own });
      }
    },
  },
});
