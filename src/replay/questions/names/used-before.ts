/** Tables that the history uses before it makes them. */
import type { Origin } from "../../../schema/model.ts";
import type { Step } from "../../step.ts";

/**
 * What refers to the table that the step creates, and was made before. Undefined: nothing does, a failure tells it, or the
 * history uses other tables that it doesn't make, so that nobody begins it with an empty database.
 */
export function usedBefore({ operation, before, inBody, scope }: Step): Origin | undefined {
  // `asked`: code creates it where something finds it missing.
  if (operation.kind !== "createTable" || operation.temporary || inBody) return undefined;
  if (operation.conditional === true || operation.asked === true) return undefined;
  const own = before.resolve(operation.table);
  const found = before.relation(own);
  // A use alone has shown it.
  if (found.is !== "present" || found.value.origin !== undefined) return undefined;
  // Of this migration, that is reported where it fails.
  const { name } = operation.table;
  if (
    scope.steps.some(({ failures }) =>
      failures.some((one) => one.kind === "unknown-table" && one.bare === name),
    )
  )
    return undefined;
  for (const { key, origin } of before.relations()) if (origin === undefined && key !== own) return undefined;
  const [user] = before.foreignKeysTo(own).filter(
    ({ table, constraint }) =>
      // What isn't known since may have made both.
      !before.mayDiffer(table) && before.constraint(table, constraint.name).is === "present",
  );
  const origin = user?.constraint.origin;
  return origin !== undefined && origin.migration >= 0 && origin.migration <= scope.migration.index
    ? origin
    : undefined;
}

/**
 * An index, constraint or trigger of the table that the step creates, made before: either that failed, or this does, as
 * nothing between drops the table. Of DROP TABLE IF EXISTS, a foreign key that refers to the table: where there is none, that
 * failed, and where there is one, this does.
 */
export function partBefore(step: Step): Origin | undefined {
  const { operation, before, inBody, skipped, failures, direction } = step;
  if (inBody || skipped || direction === "down") return undefined;
  if (operation.kind === "dropTable") return keyBefore(step);
  if (operation.kind !== "createTable" || operation.temporary) return undefined;
  if (operation.ifNotExists || operation.conditional === true || operation.asked === true) return undefined;
  const own = before.resolve(operation.table);
  const found = before.relation(own);
  if (found.is !== "present" || found.value.origin !== undefined || failures.length > 0) return undefined;
  if (!before.certain(own) || before.mayDiffer(own)) return undefined;
  const parts = [...before.indexesOn(own), ...found.value.constraints, ...found.value.triggers];
  return parts.find(({ name, origin }) => origin.migration >= 0 && before.certain(own, name))?.origin;
}

function keyBefore({ operation, before, dependents }: Step): Origin | undefined {
  if (operation.kind !== "dropTable" || !operation.ifExists || operation.conditional === true)
    return undefined;
  const own = before.resolve(operation.table);
  const found = before.relation(own);
  // A use alone has shown it.
  if (found.is !== "present" || found.value.origin !== undefined) return undefined;
  if (!before.certain(own) || before.mayDiffer(own)) return undefined;
  if (!dependents.ofDropped().some(({ onDrop, unsure }) => onDrop === "refuses" && unsure !== true))
    return undefined;
  return before
    .foreignKeysTo(own)
    .find(
      ({ table, constraint }) =>
        table !== own && constraint.origin.migration >= 0 && before.certain(table, constraint.name),
    )?.constraint.origin;
}
