import { defineRule, insertAt } from "../src/lint/rule.ts";

export default defineRule({
  id: "not-idempotent",
  category: "history",
  severity: "note",
  presets: ["conventions"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "suggestion",
  docs: {
    summary:
      "`CREATE` or `DROP` without `IF [NOT] EXISTS`, where a failed run leaves half of the migration behind.",
    why: "The second run stops at what the first one did already, and somebody has to mend the database by hand. On MySQL and MariaDB, where each DDL statement commits, that goes for every migration with several of them; MySQL has the words for tables, views, routines, triggers and databases, MariaDB also for columns, indexes and constraints.",
    instead:
      "`CREATE TABLE IF NOT EXISTS …`, `DROP TABLE IF EXISTS …`; or leave only one statement in a migration that can't run in a transaction.",
  },
  messages: { twice: "fails when it runs again after a failure: {{words}} is missing" },
  options: {
    when: {
      default: "outside-transaction",
      enum: ["never", "always", "outside-transaction"],
      description:
        "Which migrations must be idempotent: those that no single transaction can hold, all, or none.",
    },
  },
  on: {
    migration({ steps, leavesHalf }, { report, options: { when } }) {
      if (when === "never" || (when === "outside-transaction" && !leavesHalf())) return;
      for (const step of steps) {
        if (when !== "always" && step.transaction.kind === "block") continue;
        const guard = step.existsGuard();
        if (guard === undefined) continue;
        const { words, at } = guard;
        report({
          at: step.operation.head,
          message: "twice",
          data: { words },
          step,
          fix: { title: `add ${words}`, edits: [insertAt(at, `${words} `)] },
        });
      }
    },
  },
});
