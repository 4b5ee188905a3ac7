import { defineRule, type QualifiedName, type Step } from "../src/lint/rule.ts";

export default defineRule({
  id: "drop-constraint",
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  fix: "none",
  docs: {
    summary:
      "A primary key or unique constraint is dropped and nothing takes its place; or a foreign key that deletes or clears rows.",
    why: "Without the key duplicates come in, and `INSERT … ON CONFLICT` of the running application fails (42P10); without a primary key logical replication refuses UPDATE and DELETE. On MySQL and MariaDB, where a unique key goes by `DROP INDEX`, `ON DUPLICATE KEY UPDATE`, `INSERT IGNORE` and `REPLACE` insert second rows instead. Without the foreign key's `ON DELETE CASCADE` or `SET NULL` the rows that it took care of stay behind.",
    instead:
      "Add what replaces it in the same migration; or deploy the version that doesn't rely on it first, and suppress this finding with the reason.",
  },
  messages: {
    key: "duplicates of {{columns}} come in, and ON CONFLICT ({{columns}}) fails on {{table}}",
    other: "ON CONFLICT ({{columns}}) of the running application fails on {{table}}",
    duplicates: "duplicates of {{columns}} come in, and ON DUPLICATE KEY adds rows to {{table}}",
    action: "rows of {{table}} are no longer {{done}} with those of {{referenced}}",
  },
  on: {
    operation(step, { report }) {
      const name = constrained(step.operation);
      if (name === undefined) return;
      const { operation, before, createdPending, constraintGone, dependentsOfDropped, show } = step;
      const { head: at } = operation;
      if (createdPending(name) === "yes") return;
      // What needs the key makes the server refuse, or goes with CASCADE: those are other rules' findings.
      if (dependentsOfDropped().some(({ onDrop }) => onDrop === "refuses")) return;
      const gone = constraintGone();
      const table = show(name);
      if (gone?.kind === "foreign key" && gone.onDelete !== undefined) {
        const done = actions.get(gone.onDelete);
        if (done === undefined) return;
        report({ at, message: "action", data: { table, referenced: show(gone.references), done } });
        return;
      }
      if (gone?.kind !== "primary key" && gone?.kind !== "unique") return;
      const data = { table, columns: gone.columns.join(", ") };
      const isReplaced = getsKey(step, name);
      if (before.family === "mysql") {
        // The primary key is drop-primary-key's; nothing names a key, so another one in its place fails nobody.
        if (gone.kind === "unique" && !isReplaced && gone.columns.length > 0)
          report({ at, message: "duplicates", data });
      }
      // Another key comes instead: duplicates are wanted, but an old ON CONFLICT fails all the same.
      else if (isReplaced) report({ at, message: "other", severity: "note", data });
      else report({ at, message: "key", data });
    },
  },
});

/** MySQL: a unique key goes by DROP INDEX. */
const constrained = (operation: Step["operation"]): QualifiedName | undefined =>
  operation.kind === "dropConstraint"
    ? operation.table
    : operation.kind === "dropIndex"
      ? operation.onTable
      : undefined;

/** The migration makes a unique index, or a key, on the table; perhaps one of the same name. */
const getsKey = ({ before, scope, isHere }: Step, table: QualifiedName): boolean =>
  scope.after.indexesOn(before.resolve(table)).some(({ unique, origin }) => unique && isHere(origin));

const actions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cascade: "deleted",
    "set null": "cleared",
    "set default": "reset",
  }),
);
