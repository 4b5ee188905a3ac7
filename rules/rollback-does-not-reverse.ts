import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "rollback-does-not-reverse",
  category: "history",
  severity: "error",
  presets: ["recommended", "conventions"],
  dialects: ["postgres", "mysql", "mariadb", "mongodb"],
  directions: ["down"],
  docs: {
    summary: "Running the migration and then its rollback doesn't restore the schema.",
    why: "After a rollback the schema is one that no version of the application expects. Running the migration again then fails or does something else.",
    instead:
      "Undo each change of the migration, the last one first. If it can't be undone, state why: `-- ddlint-irreversible: reason`.",
    exceptions: [
      "a migration that is marked with `-- ddlint-irreversible: reason`",
      "rows, comments and privileges, which aren't compared",
      "an index that the migration before has built for a constraint (`USING INDEX`): it goes with the constraint",
      "the order of columns, and whether a constraint is validated",
      "a value that the migration adds to an enum, which PostgreSQL can't drop",
      "MongoDB: it is a warning if only indexes are left over by which nothing is refused and nothing expires",
      "a column that comes back without its NOT NULL is a note: existing rows have no value, and it has no default",
      "a NOT NULL column that comes back with a default that it didn't have is a note: existing rows need a value",
      "a schema that the migration creates with IF NOT EXISTS: it may be older, and other migrations use it",
      "it is a warning if only indexes that aren't unique are left over, which the migration creates with IF NOT EXISTS",
      "it is a warning if only the index is left over that MySQL has made for a foreign key: the next one uses it",
      "it is a warning if only names of constraints or indexes differ, or ON UPDATE of foreign keys",
      "types alone that are left over are a warning: the migration can't run again",
      "it is a warning if Rails or Liquibase makes the rollback itself, and so are calls in a `change` that then add, delete or overwrite rows once more, unless their table goes",
      "it is a warning if the migration itself changes nothing: an earlier one has done it already",
      "columns of a dropped primary key that stay NOT NULL are a note: the server keeps it",
      "a migration or rollback of which a statement isn't known before it runs, such as `EXECUTE`",
      "what a statement under `IF` or `EXCEPTION` may have changed: a table, column, policy and the like",
      "a migration of which the server refuses a statement",
    ],
  },
  messages: {
    earlier: "takes back what an earlier migration has made: {{differences}}",
    again: "the rollback runs {{method}} once more: {{harm}}",
    extension: "the rollback drops the extension with CASCADE, and older columns with it: {{differences}}",
    differs: "doesn't restore the schema: {{differences}}",
  },
  on: {
    migration(scope, { report }) {
      const { migration, before, history, differences, unreversed, startOf } = scope;
      if (migration.down === undefined || migration.irreversible !== undefined) return;
      // What fails leaves nothing to undo: that is reported.
      if (scope.steps.some(({ refused, skipped }) => refused && !skipped)) return;
      for (const { at: span, method, harm, together } of migration.down.code?.runAgain ?? []) {
        const at = { path: migration.down.path, span };
        const instead = history.ownRollback?.again?.(together);
        report({ at, message: "again", severity: "warning", data: { method, harm }, instead });
      }
      const found = unreversed();
      if (found.every(({ object, harmless }) => object === "schema" && harmless === true)) return;
      // A rollback may leave a corrected body on purpose, and nothing fails for what the migration can make again.
      const onlyWeak = found.every(
        ({ change, object, replaced, harmless, filledByDefault, onlyName }) =>
          [replaced, harmless, onlyName, filledByDefault].includes(true) ||
          (change === "changed" && object === "function"),
      );
      // Existing rows have no value any more, need one, or have one in each row: the server makes it so.
      const onlyNotNull = found.every(
        ({ lostNotNull, keptNotNull, filledByDefault }) =>
          filledByDefault === true || lostNotNull === true || keptNotNull === true,
      );
      // The tool has made it of the calls.
      const cause = scope.rollbackCause();
      const older = cause === undefined || cause.how === "reversed" ? undefined : cause.how;
      const isAutomatic = migration.down.code?.automatic === true || cause?.how === "reversed";
      const isRepeated = differences().length === 0 && !found.some(({ surelyMade }) => surelyMade);
      const isWeak = onlyWeak || isAutomatic || isRepeated;
      const types = recipes.typesLeft(scope, found);
      const filled = before.family === "postgres" ? recipes.filledAgain(scope, found) : undefined;
      // A call that nothing awaits is why.
      const [unsent] = migration.down.code?.unsent ?? [];
      const stopped = scope.stoppedBy();
      report({
        impliedBy: stopped && { rule: ["unknown-table", "unknown-column", "rollback-order"], at: stopped },
        severity: onlyNotNull ? "note" : isWeak || types !== undefined ? "warning" : undefined,
        at:
          unsent !== undefined
            ? { path: migration.down.path, span: unsent }
            : cause !== undefined && older !== "earlier"
              ? cause.at
              : startOf(migration.down),
        message: older ?? "differs",
        data: { differences: recipes.differencesIn(found) },
        instead: unsent
          ? "Write `await` before the call, or return it: without either it is never sent."
          : older !== undefined
            ? recipes.olderLeft(scope, older)
            : (filled ?? (isAutomatic ? recipes.statedInCall(scope, found) : types)),
        related:
          cause?.how === "earlier" ? [{ at: cause.at, message: "makes it" }] : recipes.refusedBack(scope),
      });
    },
  },
});
