/** The name for a call that drops a constraint or an index without one: the tool refuses it. */
import type { NamelessDrop, RefusedCall } from "../model/call.ts";
import type { MigrationScope, Step } from "../replay/step.ts";
import type { Schema } from "../schema/schema.ts";

/** More than these are no help. */
const most = 3;

/** What to write in place of the call; with the names of what it may mean. */
export function named(
  { instead, drops }: RefusedCall,
  scope: MigrationScope,
  direction: "up" | "down",
): string {
  if (drops === undefined) return instead;
  const names = meant(drops, scope, direction);
  if (names.length === 0 || names.length > (direction === "down" ? most : 1)) return instead;
  return `${instead}: ${names.join(" or ")}`;
}

/** The calls of the way back that are refused for want of a name, as statements, where one name alone can be meant. */
export function dropsMeant(scope: MigrationScope): readonly string[] {
  return (scope.migration.down?.code?.refused ?? []).flatMap(({ drops }) => {
    const [name, ...others] = drops === undefined ? [] : meant(drops, scope, "down");
    if (drops === undefined || name === undefined || others.length > 0) return [];
    return drops.what === "index"
      ? [`DROP INDEX "${name}";`]
      : [`ALTER TABLE "${drops.table}" DROP CONSTRAINT "${name}";`];
  });
}

/** The names of all that it may drop: of what is there, and of the way back, of what the migration makes. */
function meant(drops: NamelessDrop, scope: MigrationScope, direction: "up" | "down"): readonly string[] {
  const isBack = direction === "down";
  const steps = isBack ? scope.downSteps : scope.steps;
  return membersOf(isBack ? scope.after : scope.before, drops)
    .filter(({ origin }) => !isBack || origin.migration === scope.migration.index)
    .map(({ name }) => name)
    .filter((name) => !steps.some((step) => dropsIt(step, name)));
}

function membersOf(schema: Schema, { what, table, schema: namespace }: NamelessDrop) {
  const name = { schema: namespace, name: table, text: table, span: { start: 0, end: 0 } };
  if (what === "index") return schema.indexesOn(name).filter((one) => one.constraint === undefined);
  const found = schema.relation(name);
  if (found.is !== "present") return [];
  return found.value.constraints.filter(
    (one) => one.kind !== "not null" && one.orElse === undefined && (what === "key" || one.kind === what),
  );
}

const dropsIt = ({ operation }: Step, name: string): boolean =>
  (operation.kind === "dropConstraint" && operation.name.text === name) ||
  (operation.kind === "dropIndex" && operation.index.name === name);
