import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "pending-trigger-events",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  docs: {
    summary:
      "A table is altered in the transaction that has changed rows of it, whose deferred foreign keys are checked at COMMIT.",
    why: "The server keeps an event for each row until `COMMIT`, and refuses to alter, index, truncate or drop the table meanwhile: `cannot ALTER TABLE \"orders\" because it has pending trigger events` (55006). Events come of inserts and of new values in a foreign key that is `INITIALLY DEFERRED`, as all of Django's are, and of deletes and new keys in the table that it refers to. If no row is sure to be changed so, the finding is a warning: an empty database in a test doesn't show it.",
    instead:
      "Write two migrations: one for the rows, one for the schema. In one, `SET CONSTRAINTS ALL IMMEDIATE` before the schema change checks the rows there.",
    exceptions: [
      "a transaction with `SET CONSTRAINTS`",
      "rows that an earlier migration of the same transaction changes",
      "renaming the table or a column, which the server allows",
    ],
  },
  messages: {
    fails: "fails: rows of {{table}} wait for {{constraint}}, which is checked at COMMIT",
    perhaps: "fails if rows of {{table}} were changed: {{constraint}} is checked at COMMIT",
  },
  on: {
    migration({ applied, downSteps }, { report }) {
      const seen = new Set<Step>();
      for (const step of [...applied(), ...downSteps]) {
        const found = step.locks.pendingEvents();
        if (found === undefined || seen.has(found.by)) continue;
        const { by, constraint, certain } = found;
        // The transaction ends at the first one.
        seen.add(by);
        const isSure = certain && step.operation.conditional !== true;
        report({
          at: step.operation.head,
          message: isSure ? "fails" : "perhaps",
          data: {
            table: step.table === undefined ? "" : step.show(step.table),
            constraint: step.spell(constraint),
          },
          severity: isSure ? undefined : "warning",
          related: [{ at: { path: by.script.path, span: by.operation.head }, message: "changes its rows" }],
          step,
        });
      }
    },
  },
});
