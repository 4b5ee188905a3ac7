/** A new column that the project declares as the primary key of its table: no two rows may share a value. */
import type { Step } from "../replay/step.ts";
import { declaredBy, isKeyOfModel } from "./declared.ts";
import { refers } from "./defaults.ts";
import { callOf } from "./sent.ts";

/** A sentence; undefined: it is no such column, or the tool has no words for it. */
function keyOfModel(step: Step): string | undefined {
  const { operation, direction, show, scope } = step;
  const words = declaredBy(step)?.addedKey;
  if (words === undefined || operation.kind !== "addColumn" || direction === "down") return undefined;
  const { column, table } = operation;
  if (!isKeyOfModel(step, table, column.name.text)) return undefined;
  const found = scope.after.relation(table);
  const keys =
    found.is === "present" ? found.value.constraints.filter(({ kind }) => kind === "primary key") : [];
  // The migration makes it one.
  if (keys.some((key) => "columns" in key && key.columns.includes(column.name.text))) return undefined;
  const type = column.type.name;
  return words({
    column: column.name.text,
    table: show(table),
    values: refers(step, column.name.text)
      ? "other"
      : /^(?:small|big)?int(?:eger)?$/.test(type)
        ? "numbers"
        : type === "uuid"
          ? "uuids"
          : "other",
    family: step.before.family,
    old: keys[0]?.name,
    call: callOf(step)?.text ?? "",
    releases: step.script.code?.unit?.releases,
  });
}

/** What to pass to the call of a NOT NULL column, whose own default isn't one of the database. A sentence. */
export function defaultInCall(step: Step): string | undefined {
  const { operation } = step;
  const { name, clientDefault, databaseDefault, noDefault, nullable } = operation.call ?? {};
  const ofKey = keyOfModel(step);
  if (ofKey !== undefined) return ofKey;
  if (noDefault !== undefined)
    return `${noDefault} gives existing rows no value: pass another default to ${name ?? ""}, or ${nullable ?? "NULL"}.`;
  return (
    clientDefault &&
    databaseDefault &&
    `Pass ${databaseDefault}: ${clientDefault} is for rows that the application inserts.`
  );
}
