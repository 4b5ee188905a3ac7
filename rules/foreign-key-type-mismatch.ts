import { defineRule, typeText, type ColumnType, type Step } from "../src/lint/rule.ts";

const characters: ReadonlySet<string> = new Set(["char", "varchar"]);
const bytes: ReadonlySet<string> = new Set(["binary", "varbinary"]);

/** MySQL: integers must have the same size and sign; strings may differ in length. */
function mysqlFamily({ name, unsigned }: ColumnType): string {
  if (characters.has(name)) return "characters";
  return bytes.has(name) ? "bytes" : `${name}${unsigned === true ? " unsigned" : ""}`;
}

/** The type below a domain; types that hold each other's values, so that only their limits differ, count as one. */
function family(type: ColumnType, schema: Step["after"]): string {
  if (schema.family === "mysql") return mysqlFamily(type);
  const { name, dimensions } = schema.belowDomains(type).type;
  return (name === "varchar" || name === "text" ? "text" : name) + "[]".repeat(dimensions);
}

const both = "Drop the foreign key, change the type of both columns, then add the foreign key again.";

export default defineRule({
  id: "foreign-key-type-mismatch",
  category: "schema",
  severity: "error",
  presets: ["recommended"],
  dialects: ["postgres", "mysql", "mariadb"],
  alsoRefused: { effects: "reports the failure itself" },
  declared: true,
  docs: {
    summary:
      "A foreign key's column has a different type from the column that it refers to, or `ALTER COLUMN … TYPE` gives it one that can't be compared.",
    why: "On PostgreSQL, every check casts the value, the narrower column overflows first (an `integer` that refers to a `bigint`), and joins may not use the index; types without a common comparison operator are refused, also when `ALTER COLUMN … TYPE` changes only one of both columns. On MySQL and MariaDB, the statement fails unless size and sign are the same (error 3780; errno 150).",
    instead: "Give the referencing column the type of the referenced one.",
    exceptions: [
      "types that differ only in length or precision",
      "`text` and `varchar` on PostgreSQL, `char` and `varchar` on MySQL and MariaDB",
      "a domain over the same type",
      "columns whose type isn't known",
      "on PostgreSQL, `ALTER COLUMN … TYPE` of one side to a type that can be compared, such as `integer` to `bigint`",
    ],
  },
  messages: {
    differs: "{{column}} is {{type}}, but {{other}} is {{otherType}}",
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
    addForeignKey({ operation: key, after, dependents, show }, { report }) {
      const table = after.relation(key.table);
      if (table.is !== "present") return;
      const constraint = table.value.constraints.findLast(
        (candidate) =>
          candidate.kind === "foreign key" &&
          candidate.columns.join() === key.columns.map(({ text }) => text).join(),
      );
      if (constraint?.kind !== "foreign key") return;
      const isRefused = (name: string): boolean =>
        dependents.incomparableKeys().some(({ column }) => column === name);
      constraint.columns.forEach((name, i) => {
        const other = constraint.referencedColumns[i];
        if (other === undefined) return;
        const column = after.column(key.table, name);
        const referenced = after.column(constraint.references, other);
        if (column.is !== "present" || referenced.is !== "present") return;
        const [type, otherType] = [column.value.type, referenced.value.type];
        if (type === undefined || otherType === undefined) return;
        if (family(type, after) === family(otherType, after)) return;
        const data = {
          column: name,
          type: typeText(type),
          other: `${show(constraint.references)}.${other}`,
          otherType: typeText(otherType),
        };
        report({
          at: key.columns[i]?.span ?? key.head,
          message: after.family === "mysql" || isRefused(name) ? "refused" : "differs",
          data,
        });
      });
    },
  },
});
