import { defineRule, type Relation } from "../src/lint/rule.ts";

const withoutConflict = (columns: string): string =>
  `If the application writes ON CONFLICT (${columns}), first deploy the version that doesn't.`;

const apartWhereNull = (family: string, columns: string, weak: string): string =>
  family === "postgres"
    ? `Make ${weak} NOT NULL if it always has a value, or add the key with NULLS NOT DISTINCT (PostgreSQL 15 and later). Or add a unique index of ${columns} WHERE ${weak} IS NULL beside it. ${withoutConflict(columns)}`
    : `Make ${weak} NOT NULL, with a value that stands for none.`;

const isEmptiedByKey = ({ constraints }: Relation, column: string | undefined): boolean =>
  constraints.some(
    (one) =>
      one.kind === "foreign key" && one.onDelete === "set null" && one.columns.some((own) => own === column),
  );

export default defineRule({
  id: "drop-unique-key",
  formerly: ["drop-constraint"],
  category: "compatibility",
  severity: "warning",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  docs: {
    summary: "A primary key, unique constraint or unique index is dropped and not replaced.",
    why: "Without the key, duplicates can be inserted. On PostgreSQL `INSERT … ON CONFLICT` of the running application fails (42P10), and without a primary key logical replication refuses UPDATE and DELETE. On MySQL and MariaDB `ON DUPLICATE KEY UPDATE`, `INSERT IGNORE` and `REPLACE` insert second rows instead. A key with a column that may be NULL keeps only the rows apart that have a value there.",
    instead:
      "Add the key that replaces it in the same migration. Or first deploy the version that doesn't rely on it, and suppress this finding with the reason.",
    exceptions: [
      "a key whose columns are still unique at the end of the migration. If only some of them are, it is a note on PostgreSQL, as an `ON CONFLICT` with all of them fails",
      "on MySQL and MariaDB, also a key for which the migration adds another unique key whose new columns are NOT NULL, or of which some columns are still unique",
      "a key on columns that are deprecated, or that the migration also drops or renames",
      "a table that a pending migration creates",
      "a key that the server refuses to drop, as a foreign key needs it",
      "on MySQL and MariaDB, a primary key (see `drop-primary-key`)",
      "a note: NULL is what a foreign key's `ON DELETE SET NULL` leaves in the column that may be NULL",
      "a key that the history doesn't create",
      "on PostgreSQL, a unique index with a `WHERE` or on an expression",
    ],
  },
  messages: {
    key: "allows duplicates of {{columns}}, and ON CONFLICT ({{columns}}) fails on {{table}}",
    other: "ON CONFLICT ({{columns}}) fails on {{table}} from here on",
    duplicates: "allows duplicates of {{columns}}, and ON DUPLICATE KEY adds rows to {{table}}",
    nulls: "allows duplicates of {{columns}} where {{weak}} is NULL: two NULLs aren't equal in the new key",
  },
  // DROP INDEX drops a unique key, too.
  kinds: { key: ["dropConstraint", "dropIndex"] },
  on: {
    key(step, { report }) {
      const { operation, before, createdPending, dependents, show } = step;
      // If an object needs the key, the server refuses, or CASCADE drops it: other rules report that.
      if (step.dependents.ofDropped().some(({ onDrop }) => onDrop === "refuses")) return;
      const gone = dependents.constraintGone();
      if (gone?.kind !== "primary key" && gone?.kind !== "unique") return;
      if (createdPending(gone.table) === "yes") return;
      const { head: at } = operation;
      const isKnown = gone.columns.length > 0;
      const spell = (column: string): string => before.spellColumn(gone.table, column);
      const columns = isKnown ? gone.columns.map(spell).join(", ") : `the columns of ${gone.name}`;
      const data = { table: show(gone.table), columns };
      const [nullable] = gone.replaced?.nullable ?? [];
      const weak = nullable && spell(nullable);
      const instead = withoutConflict(columns);
      // Fewer of its columns are still unique: no duplicates, but an ON CONFLICT that names them all fails.
      if (gone.implied === true) {
        if (before.family === "postgres") report({ at, message: "other", severity: "note", data, instead });
      }
      // drop-primary-key reports a primary key there.
      else if (before.family === "mysql" && gone.kind === "primary key") return;
      else if (weak !== undefined && isKnown) {
        const found = step.after.relation(gone.table);
        const about = { at, message: "nulls", data: { ...data, weak } } as const;
        // Kept apart, the second of them couldn't become NULL: the delete would fail.
        if (found.is === "present" && isEmptiedByKey(found.value, nullable))
          report({ ...about, severity: "note", instead });
        else report({ ...about, instead: apartWhereNull(before.family, columns, weak) });
      }
      // No INSERT of MySQL names a key, so any other one takes its place.
      else if (before.family === "mysql") {
        if (gone.replaced === undefined && isKnown) report({ at, message: "duplicates", data });
      }
      // Another key replaces it: duplicates are intended, but an old ON CONFLICT still fails.
      else if (gone.replaced === undefined) report({ at, message: "key", data });
      else if (isKnown) report({ at, message: "other", severity: "note", data, instead });
    },
  },
});
