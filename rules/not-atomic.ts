import { defineRule, recipes, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-atomic",
  category: "transactions",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "Several schema changes of existing tables in one migration, which a failure leaves half applied.",
    why: "Neither MySQL nor MariaDB has transactional DDL: each statement commits by itself. If a later one fails, the earlier ones stay, and the migration can't simply run again. It is a note where the later ones only add columns that take NULL or have a default, and indexes that aren't unique, or change a definition in an instant, and where their tables are most probably empty yet: a lost connection or a lock that isn't had in time stops them, and no row does. PostgreSQL undoes all of them, but only in a transaction, which a tool such as Sequelize opens only where the migration does.",
    instead: {
      postgres: "Run all statements in one transaction.",
      mysql:
        "Write one statement per migration. If no clause makes the others more expensive, combine them in one `ALTER TABLE`, which succeeds or fails as a whole.",
    },
    exceptions: [
      "PostgreSQL: all but migrations in code whose tool leaves it to each call to be in a transaction, those with a statement that can't be in one, and those of which no row stops the later statements",
      "statements on tables that this migration creates",
      "statements with `IF EXISTS`, and calls under a condition in code, which mostly asks whether they are needed; not several under one precondition of a changeset",
      "`CREATE TABLE`, `VIEW`, `FUNCTION` and `TRIGGER`; where other changes are reported, these count among those that stay",
      "row changes, `TRUNCATE` and `LOCK TABLES`",
      "a `DROP DEFAULT` of a column that the migration adds, which no row stops",
      "changes before the last one that can run again, such as `MODIFY`, `SET DEFAULT` and `ENGINE=`",
      "several changes in one statement",
      "what the migration itself has taken back by then",
      "a project whose own program catches the errors for columns and keys that exist already (1060, 1061)",
    ],
  },
  messages: {
    half: "{{count}} changes before it stay if it fails, and can't be repeated: the next run fails on them",
    one: "the change before it stays if it fails, and the migration can't run again",
    halfAsked: "{{count}} changes before it stay if it fails; the next run fails on them, or skips the rest",
    oneAsked: "the change before it stays if it fails; the next run fails on it, or skips the rest",
  },
  on: {
    migration({ before, steps, changes, changesLeftBefore, history }, { report }) {
      if (history.ignoresDuplicates === true) return;
      const undoes = before.family === "postgres";
      if (undoes && !steps.every(isLeftAlone)) return;
      const all = onePerStatement(
        changes().filter((step) => !step.refused && changesSchema(step) && !(undoes && mayBeNew(step))),
      );
      const onceBefore = (last: Step): readonly Step[] =>
        changesLeftBefore(last).filter((one) => all.includes(one) && !one.mysql.repeatable());
      const last = all.findLast((one) => !one.mysql.tidiesUp() && onceBefore(one).length > 0);
      const once = last === undefined ? [] : onceBefore(last);
      const [first] = once;
      if (last === undefined || first === undefined) return;
      const stay = onePerStatement(changesLeftBefore(last).filter(({ mysql }) => mysql.failsAgain()));
      const [firstLeft = first] = stay;
      const related = [{ at: firstLeft.operation.head, message: "the first of them" }];
      const behind = all.slice(all.indexOf(first) + 1, all.indexOf(last) + 1);
      const severity = behind.every(({ mysql }) => mysql.mostlyFits()) ? "note" : undefined;
      if (undoes && behind.every(({ mysql }) => mysql.readsNoRow())) return;
      const instead = undoes
        ? recipes.inOneTransaction(last)
        : recipes.severalAlters(changes(), [...once, last]);
      const about = { at: last.operation.head, related, instead, step: last, severity } as const;
      const isAsked = last.names.askedAtOnce;
      if (stay.length < 2) report({ ...about, message: isAsked ? "oneAsked" : "one" });
      else report({ ...about, message: isAsked ? "halfAsked" : "half", data: { count: stay.length } });
    },
  },
});

/** It commits by itself only because nobody hands it a transaction. */
const isLeftAlone = ({ operation, transaction, effects, script, changes }: Step): boolean =>
  changes === "nothing" ||
  (transaction.kind === "none" &&
    (effects.inTransaction || operation.kind === "unknown") &&
    script.transaction.handsTransaction !== undefined);

const onePerStatement = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ statement }, i) => statement !== steps[i - 1]?.statement);

/** A change that others see. */
const changesSchema = ({ operation, table, madeHere, names: { guarded } }: Step): boolean =>
  table !== undefined && !ofRowsOrNew.has(operation.kind) && !guarded && !madeHere(table);

/** What isn't understood may make it. */
function mayBeNew({ before, table, scope }: Step): boolean {
  const found = table && before.relation(table);
  const isOlder = found?.is === "present" && found.value.origin !== undefined;
  return (
    !isOlder && scope.steps.some(({ operation: { kind } }) => kind === "unknown" || kind === "executeDynamic")
  );
}

const ofRowsOrNew: ReadonlySet<string> = new Set(
  "insertRows updateRows deleteRows createTable createView createFunction createTrigger lockTable truncateTable".split(
    " ",
  ),
);
