/** MySQL and MariaDB: keys that a migration puts on a column of its own whose old rows all hold the implicit default. */
import type { PerFamily } from "../../../model/dialect.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

/** Old rows get a value that nobody has stated. */
const fillsIn: PerFamily<boolean> = { mongodb: false, mysql: true, postgres: false };

/** See `ValueQuestions.refusingKey`. */
export function refusingKey(step: Step): "foreign key" | "unique" | undefined {
  const { operation, before, neighbours } = step;
  if (operation.kind !== "addColumn" || !fillsIn[before.family]) return undefined;
  const name = operation.column.name.text;
  const own = before.resolve(operation.table);
  const isOn = (one: Step, table: QualifiedName, columns: readonly (string | undefined)[]): boolean =>
    one.before.resolve(table) === own &&
    columns.length === 1 &&
    columns[0] === name &&
    !one.skipped &&
    one.operation.caught !== true &&
    !isWritten(step, one);
  const isForeign = neighbours("later", "addForeignKey").some((one) => {
    const { table, columns, enforced } = one.operation;
    return (
      isOn(
        one,
        table,
        columns.map(({ text }) => text),
      ) &&
      enforced &&
      isChecked(one) &&
      refersToCounted(one)
    );
  });
  if (isForeign) return "foreign key";
  const isUnique =
    neighbours("later", "addUnique").some((one) =>
      isOn(
        one,
        one.operation.table,
        one.operation.columns.map(({ text }) => text),
      ),
    ) ||
    neighbours("later", "createIndex").some((one) => {
      const { unique, table, elements } = one.operation;
      return (
        unique &&
        isOn(
          one,
          table,
          elements.map(({ column, length }) => (length === undefined ? column : undefined)),
        )
      );
    });
  return isUnique ? "unique" : undefined;
}

/** Something between the two may give the rows other values, or take them away. */
const isWritten = (first: Step, last: Step): boolean =>
  first
    .later()
    .some(
      (one) =>
        one.changes !== "schema" &&
        one.changes !== "nothing" &&
        one.statement.span.start < last.statement.span.start,
    );

const isChecked = ({ mysql }: Step): boolean => !mysql.isOff("foreign_key_checks");

/** The other key is a number that the server gives out, from 1 on. */
export function refersToCounted({ operation, before }: Step): boolean {
  if (operation.kind !== "addForeignKey") return false;
  const found = before.relation(operation.references);
  if (found.is !== "present") return false;
  const { columns, constraints } = found.value;
  const [name] =
    operation.referencedColumns.length > 0
      ? operation.referencedColumns.map(({ text }) => text)
      : constraints.flatMap((one) => (one.kind === "primary key" ? one.columns : []));
  return columns.some(
    (one) =>
      one.name === name && (one.serial || one.identity !== undefined || one.mysql?.autoIncrement === true),
  );
}
