import { defineRule } from "../src/lint/rule.ts";

const done: Readonly<Record<string, string>> = {
  cascade: "deleted",
  "set null": "cleared",
  "set default": "reset",
};

export default defineRule({
  id: "drop-foreign-key-action",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary:
      "A foreign key with `ON DELETE CASCADE`, `SET NULL` or `SET DEFAULT` is dropped and not replaced.",
    why: "When the running application then deletes referenced rows, the rows that the foreign key deleted or changed stay as they are.",
    instead:
      "Add the key that replaces it in the same migration. Or first deploy the version that deletes these rows itself, and suppress this finding with the reason.",
    exceptions: [
      "a key on columns that have another foreign key at the end of the migration, or one with such an action at the end of the history",
      "a key on columns that are deprecated, or that the migration also drops or renames",
      "a key whose referenced table the migration also drops",
      "a table that a pending migration creates",
      "a foreign key that the history doesn't create",
      "a foreign key without one of these actions, and `ON UPDATE` actions",
    ],
  },
  messages: { action: "rows of {{table}} are no longer {{done}} with those of {{referenced}}" },
  on: {
    dropConstraint({ operation, table, createdPending, dependents: { constraintGone }, show }, { report }) {
      if (createdPending(table) === "yes") return;
      const gone = constraintGone();
      const action = gone?.kind === "foreign key" ? done[gone.onDelete ?? ""] : undefined;
      if (gone?.kind !== "foreign key" || action === undefined) return;
      const data = { table: show(table), referenced: show(gone.references), done: action };
      report({
        at: operation.head,
        message: "action",
        data,
        repaired(end) {
          const later = end.relation(gone.table);
          return (
            later.is === "present" &&
            later.value.constraints.some(
              (one) =>
                one.kind === "foreign key" &&
                one.columns.join() === gone.columns.join() &&
                done[one.onDelete ?? ""] !== undefined,
            )
          );
        },
      });
    },
  },
});
