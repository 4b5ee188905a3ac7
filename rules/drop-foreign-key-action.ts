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
    summary: "A foreign key that deletes or clears rows is dropped, and nothing takes its place.",
    why: "Without the foreign key's `ON DELETE CASCADE` or `SET NULL` the rows that it took care of stay behind when the running application deletes those that they refer to.",
    instead:
      "Add the key that replaces it in the same migration; or deploy the version that deletes these rows itself first, and suppress this finding with the reason.",
  },
  messages: { action: "rows of {{table}} are no longer {{done}} with those of {{referenced}}" },
  on: {
    dropConstraint({ operation, table, createdPending, dependents: { constraintGone }, show }, { report }) {
      if (createdPending(table) === "yes") return;
      const gone = constraintGone();
      const action = gone?.kind === "foreign key" ? done[gone.onDelete ?? ""] : undefined;
      if (gone?.kind !== "foreign key" || action === undefined) return;
      const data = { table: show(table), referenced: show(gone.references), done: action };
      report({ at: operation.head, message: "action", data });
    },
  },
});
