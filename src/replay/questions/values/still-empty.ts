/** Columns that are as new as the migration, in which no row has a value yet. */
import { givesValue } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

/** See `ValueQuestions.stillEmpty`. */
export function stillEmpty(step: Step, table: QualifiedName, column: string): boolean {
  const { before, neighbours, statement } = step;
  const isOwn = (of: QualifiedName): boolean => before.resolve(of) === before.resolve(table);
  const added = [
    ...statement.operations.flatMap((one) => (one.kind === "addColumn" ? [one] : [])),
    ...neighbours("earlier", "addColumn").map(({ operation }) => operation),
  ];
  return (
    added.some(
      ({ table: of, column: made }) =>
        isOwn(of) && made.name.text === column && !made.notNull && !givesValue(made.default),
    ) &&
    !neighbours("earlier", "updateRows").some(
      ({ operation }) => isOwn(operation.table) && operation.columns.some(({ text }) => text === column),
    )
  );
}
