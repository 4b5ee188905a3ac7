import { defineRule } from "../src/lint/rule.ts";

export default defineRule({
  id: "enum-value-used-in-transaction",
  category: "transactions",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres"],
  directions: ["up", "down"],
  docs: {
    summary:
      "A value that `ALTER TYPE … ADD VALUE` adds is used before its transaction commits, in the same migration or in a later one that the tool runs in the same transaction.",
    why: "The server refuses the use with error 55P04 (unsafe use of new value), so the migration fails. Adding the value in a transaction is allowed.",
    instead:
      "Add the value in one migration, and use it in a later one; where the tool runs all pending migrations in one transaction, in a later release.",
    exceptions: [
      "a type that the same transaction creates, on PostgreSQL 17 and later",
      "the body of a function in another language than SQL, which the server reads only when it runs",
      "in a table of which nothing is known, anything but a literal of INSERT, UPDATE, DELETE, MERGE or COPY",
      "a runner of which it isn't known whether it opens a transaction",
    ],
  },
  messages: {
    unsafe: "fails: value {{value}} of {{type}} can't be used before ADD VALUE is committed",
    batch: "fails: another migration adds {{value}} of {{type}} in the same transaction",
    unsafeIf: "fails if the column is of type {{type}}: its value {{value}} can't be used before COMMIT",
    batchIf:
      "fails if the column is of type {{type}}: another migration adds {{value}} in the same transaction",
  },
  on: {
    operation({ operation, values: { usesLabelOfBatch }, show }, { report }) {
      const found = usesLabelOfBatch();
      if (found === undefined) return;
      const { use: added, certain } = found;
      report({
        at: operation.head,
        message: certain ? "batch" : "batchIf",
        severity: certain ? undefined : "warning",
        data: { value: added.label, type: show(added.type) },
        related: [{ at: added.at, message: "adds the value" }],
      });
    },
    addEnumValue({ operation, values: { usedBeforeCommit }, show }, { report }) {
      const found = usedBeforeCommit();
      if (found === undefined) return;
      const { use, certain } = found;
      report({
        at: use.operation.head,
        message: certain ? "unsafe" : "unsafeIf",
        severity: certain ? undefined : "warning",
        data: { value: operation.label, type: show(operation.type) },
        related: [{ at: operation.head, message: "adds the value" }],
        step: use,
      });
    },
  },
});
