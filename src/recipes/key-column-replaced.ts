/** A column of the primary key that the migration drops and adds again under its name. */
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import { inWords, type Advice } from "./advice.ts";

/** A new column under the old name has no values until the batches are through: nothing finds a row by its key. */
export function keyColumnReplaced(
  step: Step,
  table: QualifiedName,
  columns: readonly string[],
): Advice | undefined {
  const { before, scope, neighbours, spell, show } = step;
  const own = before.resolve(table);
  const found = scope.before.relation(table);
  const key =
    found.is === "present" ? found.value.constraints.find(({ kind }) => kind === "primary key") : undefined;
  if (key?.kind !== "primary key") return undefined;
  const dropped = neighbours("earlier", "dropColumn").find(
    (one) =>
      columns.includes(one.operation.column.text) &&
      key.columns.includes(one.operation.column.text) &&
      one.before.resolve(one.operation.table) === own,
  );
  if (dropped === undefined) return undefined;
  const { text } = dropped.operation.column;
  const isKey =
    step.operation.kind === "addPrimaryKey" ||
    neighbours("later", "addPrimaryKey").some(
      ({ operation, before: then }) =>
        operation.columns.some((column) => column.text === text) && then.resolve(operation.table) === own,
    );
  if (!isKey) return undefined;
  const [id, next] = [spell(text), spell(`${text}_new`)];
  return [
    inWords(
      `keep the old ${id} and its key until the new column has all values: add that as ${next}, without a default, ` +
        "set the default, update the old rows in batches, validate a CHECK that it is NOT NULL, and build a unique index on it " +
        `CONCURRENTLY. Then, in one transaction, drop the key and ${id}, rename ${next} to ${id}, and add the key USING INDEX. ` +
        `What refers to ${show(table, text)} needs a new column first, too, and later migrations that do so wait for the key`,
    ),
  ];
}
