import { columnsSetToNull, defineRule, keyRepaired, type Relation, type Step } from "../src/lint/rule.ts";

type Schema = Step["after"];
type Key = Parameters<Schema["column"]>[0];
type ForeignKey = Parameters<typeof columnsSetToNull>[0];

/** Of the columns that the foreign key sets to NULL, the first that takes none. */
function fixedColumn(schema: Schema, table: Key, key: ForeignKey): string | undefined {
  return columnsSetToNull(key).find((name) => {
    const column = schema.column(table, name);
    return column.is === "present" && column.value.notNull === "yes";
  });
}

const isLeft = (key: ForeignKey, table: Relation, later: Schema): boolean =>
  fixedColumn(later, table.key, key) !== undefined;

/** A list of columns leaves something out only where the key has several. */
const insteadFor = ({ length }: readonly string[]): string | undefined =>
  length === 1 ? "Let the column be NULL, or write `ON DELETE CASCADE` or `RESTRICT`." : undefined;

export default defineRule({
  id: "set-null-on-not-null",
  category: "correctness",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: { effects: "reports the failure itself" },
  declared: true,
  docs: {
    summary: "`ON DELETE SET NULL` on a column that is `NOT NULL`.",
    why: "On PostgreSQL the foreign key is accepted, but each delete of a referenced row fails, because the column can't be set to NULL. On MySQL and MariaDB the statement itself fails (error 1830; errno 150).",
    instead:
      "Let the column be NULL, or write `ON DELETE CASCADE`, `RESTRICT` or, with a list, the columns that can be NULL.",
    exceptions: [
      "a column that the same migration lets be NULL; on PostgreSQL also a later one, or one that drops the foreign key",
      "`ON DELETE SET NULL (columns)` of columns that can be NULL (PostgreSQL 15)",
      "a column of which it isn't known whether it can be NULL",
    ],
  },
  messages: {
    set: "{{column}} is NOT NULL: a delete in {{other}} that has to set it to NULL fails",
    refused: "fails: {{column}} is NOT NULL, and the foreign key sets it to NULL",
  },
  on: {
    addForeignKey({ operation: key, scope, show }, { report }) {
      const { after } = scope;
      const columns = key.columns.map(({ text }) => text);
      const column = fixedColumn(after, key.table, { ...key, columns });
      if (column === undefined) return;
      const data = { column, other: show(key.references) };
      const instead = insteadFor(columns);
      if (after.family === "mysql") report({ at: key.head, message: "refused", data, instead });
      else
        report({
          at: key.head,
          message: "set",
          data,
          instead,
          repaired: keyRepaired(after, key.table, columns, isLeft),
        });
    },
    setNotNull({ operation, after, scope, isHere, show }, { report }) {
      const table = after.relation(operation.table);
      if (table.is !== "present") return;
      for (const key of table.value.constraints) {
        // One that this migration adds is reported there.
        if (key.kind !== "foreign key" || isHere(key.origin)) continue;
        const column = fixedColumn(scope.after, operation.table, key);
        if (column !== operation.column.text) continue;
        const repaired = keyRepaired(scope.after, operation.table, key.columns, isLeft);
        report({
          at: operation.head,
          message: "set",
          data: { column, other: show(key.references) },
          instead: insteadFor(key.columns),
          repaired,
        });
      }
    },
  },
});
