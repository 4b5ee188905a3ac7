import { defineRule, typeText } from "../src/lint/rule.ts";

const both = "Drop the foreign key, change the type of both columns, then add the foreign key again.";

const restored =
  "Add the key where both columns have their old types again: if another migration has changed the referenced column, in the rollback of that one, behind the statement that restores it. Otherwise give the referencing column the type of the referenced one.";

/** PostgreSQL's integers, the narrowest first, and what they hold. */
const widths = ["smallint", "integer", "bigint"];
const limits: Readonly<Record<string, string | undefined>> = { smallint: "32,767", integer: "2,147,483,647" };

export default defineRule({
  id: "foreign-key-type-mismatch",
  category: "schema",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  failuresOfRollback: true,
  alsoRefused: { effects: "reports the failure itself" },
  declared: true,
  docs: {
    summary:
      "A foreign key's column has a different type from the column that it refers to, or `ALTER COLUMN … TYPE` gives it one that can't be compared.",
    why: "On PostgreSQL, inserts into the narrower column fail once the keys outgrow it (an `integer` that refers to a `bigint`), and types that need a cast are cast at every check; types without a common comparison operator are refused, also when `ALTER COLUMN … TYPE` changes only one of both columns. On MySQL and MariaDB, the statement fails unless size and sign are the same (error 3780; errno 150).",
    instead: "Give the referencing column the type of the referenced one.",
    exceptions: [
      "types that differ only in length or precision",
      "`text` and `varchar` on PostgreSQL, `char` and `varchar` on MySQL and MariaDB",
      "a domain over the same type",
      "columns whose type isn't known",
      "integers of a history in the types of SQLite (`BLOB`), which a program rewrites for PostgreSQL",
      "a note on PostgreSQL: a wider integer than the one that it refers to; see `integer-primary-key` where the server counts that one up, too",
      "on PostgreSQL, `ALTER COLUMN … TYPE` of one side to a type that can be compared, such as `integer` to `bigint`",
    ],
  },
  messages: {
    differs: "{{column}} is {{type}}, but {{other}} is {{otherType}}",
    narrower:
      '{{column}} is {{type}}, but {{other}} is {{otherType}}: inserts fail with "out of range" above {{most}}',
    refused: "fails: {{column}} is {{type}}, but {{other}} is {{otherType}}",
    retyped: "fails: foreign key {{constraint}} can't compare {{type}} with {{otherType}}",
  },
  on: {
    changeColumnType({ operation, dependents, show }, { report }) {
      for (const { constraint, table, column, ...types } of dependents.incomparableKeys()) {
        const [type, otherType] = [typeText(types.type), typeText(types.otherType)];
        const data = { constraint: constraint ?? `of ${show(table, column)}`, type, otherType };
        report({ at: operation.head, message: "retyped", data, instead: both });
      }
    },
    addForeignKey({ dependents, direction, show }, { report }) {
      for (const {
        column,
        references,
        referenced,
        isRefused,
        countsUp,
        at,
        isRepaired: repaired,
        ...types
      } of dependents.keyMismatches()) {
        const [type, otherType] = [typeText(types.type), typeText(types.otherType)];
        const data = { column, type, other: show(references, referenced), otherType };
        const [own, other] = [widths.indexOf(types.type.name), widths.indexOf(types.otherType.name)];
        const most = own < other ? limits[types.type.name] : undefined;
        // PostgreSQL compares integers of any width by the index, and the wider one holds every key.
        const isWider = other >= 0 && own > other;
        if (isWider && countsUp && !isRefused) continue;
        if (isRefused)
          report({ at, message: "refused", data, instead: direction === "down" ? restored : undefined });
        else if (most === undefined)
          report({
            at,
            severity: isWider ? "note" : "warning",
            message: "differs",
            data,
            repaired,
            instead: isWider
              ? "Give the referenced column the wider type before its numbers run out."
              : undefined,
          });
        else report({ at, severity: "warning", message: "narrower", data: { ...data, most }, repaired });
      }
    },
  },
});
