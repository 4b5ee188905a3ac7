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
  const isBack = direction === "down";
  const steps = isBack ? scope.downSteps : scope.steps;
  const own = scope.migration.index;
  const names = membersOf(isBack ? scope.after : scope.before, drops)
    // A way back drops what the migration makes.
    .filter(({ origin }) => !isBack || origin.migration === own)
    .map(({ name }) => name)
    .filter((name) => !steps.some((step) => dropsIt(step, name)));
  if (names.length === 0 || names.length > (isBack ? most : 1)) return instead;
  return `${instead}: ${names.join(" or ")}`;
}

/** The calls of the way back that are refused for want of a name, as statements, where one name alone can be meant. */
export function dropsMeant(scope: MigrationScope): readonly string[] {
  return (scope.migration.down?.code?.refused ?? []).flatMap(({ drops }) => {
    if (drops === undefined) return [];
    const [first, ...others] = membersOf(scope.after, drops).filter(
      ({ origin, name }) =>
        origin.migration === scope.migration.index && !scope.downSteps.some((step) => dropsIt(step, name)),
    );
    if (first === undefined || others.length > 0) return [];
    return drops.what === "index"
      ? [`DROP INDEX "${first.name}";`]
      : [`ALTER TABLE "${drops.table}" DROP CONSTRAINT "${first.name}";`];
  });
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
