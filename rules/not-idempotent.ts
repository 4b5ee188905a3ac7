import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-idempotent",
  category: "history",
  severity: "note",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary:
      "`CREATE` or `DROP` without `IF [NOT] EXISTS` in a migration that a failed run leaves half applied.",
    why: "The second run stops at what the first one has already done, and somebody has to repair the database by hand. On MySQL and MariaDB, where each DDL statement commits, this applies to every migration with several of them.",
    instead:
      "Write `CREATE TABLE IF NOT EXISTS …` and `DROP TABLE IF EXISTS …`, or put each statement that can't run in a transaction into a separate migration.",
    exceptions: [
      "statements that have no such clause; on MySQL also those for columns, indexes and constraints",
      "`CREATE INDEX CONCURRENTLY`",
      "statements in a transaction or in a DO block",
      "a migration of one statement, or whose statements can all run in one transaction, unless the option `when` is `always`",
    ],
  },
  messages: { twice: "fails when it runs again after a failure: {{words}} is missing" },
  options: {
    when: {
      default: "outside-transaction",
      enum: ["never", "always", "outside-transaction"],
      description:
        "Which migrations are checked: `outside-transaction`: those that no transaction can contain as a whole; `always`: all; `never`: none.",
    },
  },
  on: {
    migration({ steps, leavesHalf }, { report, options: { when } }) {
      if (when === "never" || (when === "outside-transaction" && !leavesHalf())) return;
      for (const step of steps) {
        if (when !== "always" && step.transaction.kind === "block") continue;
        const guard = step.names.existsGuard();
        if (guard === undefined) continue;
        const { words, edit } = guard;
        report({
          at: step.operation.head,
          message: "twice",
          data: { words },
          step,
          fix: { title: `add ${words}`, edits: [edit] },
        });
      }
    },
  },
});
