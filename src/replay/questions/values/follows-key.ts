/** See `ValueQuestions.followsKey`. */
import type { Step } from "../../step.ts";

export function followsKey({ operation, before, neighbours }: Step): boolean {
  if (operation.kind !== "updateRows") return false;
  const found = before.relation(operation.table);
  if (found.is !== "present") return false;
  const own = operation.columns.map(({ text }) => text);
  const keys = found.value.constraints.flatMap((one) => (one.kind === "foreign key" ? [one] : []));
  const others = [...neighbours("earlier", "updateRows"), ...neighbours("later", "updateRows")];
  return keys.some(({ columns, references, referencedColumns }) =>
    columns.some((column, i) => {
      const key = referencedColumns[i];
      return (
        own.includes(column) &&
        others.some(
          ({ operation: other, before: then }) =>
            then.resolve(other.table) === references && other.columns.some(({ text }) => text === key),
        )
      );
    }),
  );
}
