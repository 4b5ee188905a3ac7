import { defineRule, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-constraint",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres"],
  fix: "none",
  docs: {
    summary:
      "A primary key or unique constraint is dropped and nothing takes its place; or a foreign key that deletes or clears rows.",
    why: "Without the key duplicates come in, and `INSERT … ON CONFLICT` of the running application fails (42P10); without a primary key logical replication refuses UPDATE and DELETE. Without the foreign key's `ON DELETE CASCADE` or `SET NULL` the rows that it took care of stay behind.",
    instead:
      "Add what replaces it in the same migration; or deploy the version that doesn't rely on it first, and suppress this finding with the reason.",
  },
  messages: {
    key: "duplicates of {{columns}} come in, and ON CONFLICT ({{columns}}) fails on {{table}}",
    other: "ON CONFLICT ({{columns}}) of the running application fails on {{table}}",
    action: "rows of {{table}} are no longer {{done}} with those of {{referenced}}",
  },
  on: {
    dropConstraint(step, { report }) {
      const { operation, createdPending, constraintGone, dependentsOfDropped, failures, show } = step;
      const { table, head: at } = operation;
      if (failures.length > 0 || createdPending(table) === "yes") return;
      // What needs the key makes the server refuse, or goes with CASCADE: those are other rules' findings.
      if (dependentsOfDropped().some(({ onDrop }) => onDrop === "refuses")) return;
      const gone = constraintGone();
      if (gone?.kind === "primary key" || gone?.kind === "unique") {
        const columns = gone.columns.join(", ");
        const data = { table: show(table), columns };
        // Another key comes instead: duplicates are wanted, but an old ON CONFLICT fails all the same.
        if (getsKey(step)) report({ at, message: "other", severity: "note", data });
        else report({ at, message: "key", data });
      } else if (gone?.kind === "foreign key" && gone.onDelete !== undefined) {
        const done = actions[gone.onDelete];
        if (done === undefined) return;
        const referenced = show(gone.references);
        report({ at, message: "action", data: { table: show(table), referenced, done } });
      }
    },
  },
});

/** The migration makes a unique index, or a key, on the table. */
function getsKey({ operation, before, migration }: Step<"dropConstraint">): boolean {
  const old = new Set(before.indexesOn(operation.table).map(({ name }) => name));
  const table = before.resolve(operation.table);
  return migration.after.indexesOn(table).some(({ unique, name }) => unique && !old.has(name));
}

const actions: Readonly<Record<string, string>> = {
  cascade: "deleted",
  "set null": "cleared",
  "set default": "reset",
};
