/** Why a rollback stops where it does, if that is also why something is left over. */
import type { Key } from "../../../model/names.ts";
import { displayName } from "../../../schema/dependents.ts";
import type { Dependent, Difference } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { nearest } from "../../../text/nearest.ts";
import type { MigrationScope, Place, Step } from "../../step.ts";

/** See `MigrationScope.stoppedBy`. */
export function stoppedBy(
  { downSteps }: Pick<MigrationScope, "downSteps">,
  left: readonly Difference[],
): Place | undefined {
  const refused = downSteps.filter((step) => step.refused && !step.skipped);
  const [first] = refused;
  if (first === undefined || left.length === 0) return undefined;
  const isOver = left.every(({ change }) => change === "extra");
  const isNamed = isOver && (misspells(first, left) || namesElsewhere(refused, left));
  return isNamed || (isOver && needs(first, left))
    ? { path: first.script.path, span: first.statement.span }
    : undefined;
}

const ownName = (text: string): string => text.split(/[ .]/).at(-1) ?? "";

/** It names what is left over in another way. */
function misspells({ failures }: Step, left: readonly Difference[]): boolean {
  const [whole] = left;
  const own = ownName(whole?.text ?? "");
  return (
    left.every(({ table }) => table !== undefined && table === whole?.table) &&
    failures.some(({ bare }) => bare !== undefined && nearest(bare, [own]) !== undefined)
  );
}

/** The columns that are left over are named, as those of another table. */
function namesElsewhere(steps: readonly Step[], left: readonly Difference[]): boolean {
  const unknown = steps.flatMap(({ failures }) =>
    failures.flatMap(({ kind, bare }) => (kind === "unknown-column" && bare !== undefined ? [bare] : [])),
  );
  return left.every(({ object, text }) => object === "column" && unknown.includes(ownName(text)));
}

/** What it drops is used by tables that are left over, and nothing else is. */
function needs({ dependents }: Step, left: readonly Difference[]): boolean {
  const object = dependents.droppedObject();
  const users = new Set(dependents.ofDropped().flatMap(({ relation }) => relation ?? []));
  const tables = new Set(left.flatMap((one) => (one.object === "table" ? (one.table ?? []) : [])));
  return (
    [...users].some((table) => tables.has(table)) &&
    left.every(({ table, text }) => text === object || (table !== undefined && users.has(table)))
  );
}

/**
 * What a rollback has to drop before what `user` needs: its table, if the migration has made it; else the user, for
 * messages.
 */
export function droppedFirst({ scope, after }: Step, { kind, text, relation }: Dependent): string {
  const found = relation === undefined ? undefined : after.relation(relation);
  if (relation !== undefined && found?.is === "present" && isMadeBy(scope, relation, after)) {
    const { schema, name, kind: is } = found.value;
    return `${is} ${displayName(after, schema, name)}`;
  }
  return kind === "column default" ? text.replace(/^column default /, "the default of ") : text;
}

/** The migration has made it. With IF NOT EXISTS it may be older, and goes all the same with what the migration makes. */
export function isMadeBy(
  { before, migration }: Pick<MigrationScope, "before" | "migration">,
  relation: Key,
  now: Schema,
): boolean {
  const found = now.relation(relation);
  if (found.is !== "present") return false;
  return before.relation(relation).is === "absent" || found.value.origin?.migration === migration.index;
}
