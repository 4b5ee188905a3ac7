import { defineRule, recipes } from "../src/lint/rule.ts";

export default defineRule({
  id: "validate-in-same-transaction",
  category: "locks",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  docs: {
    summary: "A constraint is validated in the transaction that added it `NOT VALID`.",
    why: "`VALIDATE CONSTRAINT` alone lets reads and writes continue. But the lock of `ADD CONSTRAINT` is held until the transaction ends, so they wait for the scan after all.",
    instead: "Validate in a separate transaction, after the one that added the constraint has committed.",
    exceptions: [
      "a table that this migration creates",
      "a runner of which it isn't known whether it opens a transaction",
    ],
  },
  messages: {
    holds: "the {{lock}} of ADD CONSTRAINT stays on {{table}} while this reads all of it",
  },
  recipe: recipes.validateLater,
  on: {
    validateConstraint({ operation: validate, locks: { addedBy, lockOn }, show }, { report }) {
      if (lockOn(validate.table) === undefined) return;
      const added = addedBy();
      const lock = added?.locks.lockOn(validate.table);
      if (added === undefined || lock === undefined) return;
      report({
        at: validate.head,
        message: "holds",
        data: { lock, table: show(validate.table) },
        related: [{ at: added.operation.head, message: `takes ${lock}` }],
      });
    },
  },
});
