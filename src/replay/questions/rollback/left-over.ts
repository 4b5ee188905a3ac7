/** What a migration surely makes on a table that isn't known as a whole, and its rollback leaves there. */
import { sameOrigin } from "../../../schema/later.ts";
import type { Difference } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { MigrationScope, Step } from "../../step.ts";

/** That it wasn't there before, only the statement says: without IF NOT EXISTS, the server would refuse it. */
export const leftOver = (
  { applied }: Pick<MigrationScope, "applied">,
  afterDown: Schema,
): readonly Difference[] =>
  applied().flatMap((step) => {
    const { operation, before } = step;
    if (operation.conditional === true || !("table" in operation) || operation.table === undefined) return [];
    const table = before.relation(operation.table);
    // Of one that is known as a whole, the difference of the schemas says it.
    if (table.is === "absent") return [];
    if (table.is === "present" && (table.value.complete || table.value.kind !== "table")) return [];
    return leftIndex(step, afterDown) ?? leftConstraint(step, afterDown) ?? [];
  });

function leftIndex({ operation, before, after, show }: Step, afterDown: Schema): Difference | undefined {
  if (operation.kind !== "createIndex" || operation.ifNotExists || operation.name === undefined)
    return undefined;
  const { name } = operation.name;
  const table = before.resolve(operation.table);
  const made = after.indexesOn(table).find((one) => one.name === name);
  if (made === undefined || !before.dialect.names.indexesInSchema) return undefined;
  const key = `${made.schema}.${name}` as const;
  if (before.index(key).is !== "unknown") return undefined;
  const isLeft = afterDown
    .indexesOn(table)
    .some((one) => one.name === name && sameOrigin(one.origin, made.origin));
  return isLeft
    ? { change: "extra", object: "index", text: `index ${show(key)}`, table, surelyMade: true }
    : undefined;
}

function leftConstraint(
  { operation, before, after, show, spell }: Step,
  afterDown: Schema,
): Difference | undefined {
  switch (operation.kind) {
    case "addForeignKey":
    case "addUnique":
    case "addPrimaryKey":
    case "addCheck":
    case "addExclusion": {
      const { within, name, ifNotExists } = operation;
      if (within !== "alterTable" || name === undefined || ifNotExists === true) return undefined;
      const table = before.resolve(operation.table);
      const [was, made, left] = [before, after, afterDown].map((schema) =>
        schema.constraint(table, name.text),
      );
      if (was?.is !== "unknown" || made?.is !== "present" || left?.is !== "present") return undefined;
      if (!sameOrigin(made.value.origin, left.value.origin)) return undefined;
      const text = `constraint ${spell(name)} of ${show(table)}`;
      return { change: "extra", object: "constraint", text, table, surelyMade: true };
    }
    default:
      return undefined;
  }
}
