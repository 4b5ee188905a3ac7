/** Names for what advice makes, that nothing else has: neither what is there, nor what the history makes later. */
import type { Operation } from "../model/operation.ts";
import type { QualifiedName } from "../model/names.ts";
import type { Step } from "../replay/step.ts";
import type { KeyConstraint } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { beforeStatement, madeName, plainName } from "./words.ts";

/** The first of them that is free; else the last with a number. */
export function freeName(step: Step, table: QualifiedName, wanted: readonly [string, ...string[]]): string {
  const isFree = (name: string): boolean => !isTaken(step, table, name) && !isNamedLater(step, name);
  return wanted.find(isFree) ?? numbered(wanted.at(-1) ?? wanted[0], isFree);
}

function numbered(name: string, isFree: (name: string) => boolean): string {
  for (let n = 2; ; n++) {
    const next = madeName(plainName(name).slice(0, 60), String(n));
    if (isFree(next)) return next;
  }
}

/** A relation, an index or a constraint of the table is called so. */
export function isTaken(step: Step, table: QualifiedName, name: string): boolean {
  const plain = plainName(name);
  const before = beforeStatement(step);
  return (
    before.relation({ ...table, name: plain }).is === "present" ||
    // Of whatever table: indexes of one schema have different names.
    before.index({ ...table, name: plain }).is === "present" ||
    // The migration may have dropped it along with a column.
    step.scope.before.index({ ...table, name: plain }).is === "present" ||
    before.indexesOn(table).some((index) => index.name === plain) ||
    before.constraint(table, plain).is === "present" ||
    primaryOf(before, table)?.name === plain ||
    // Nothing may be known of the table before, and what the migration drops is there as long as it hasn't run.
    step.statement.operations.some((other) => other.kind === "dropConstraint" && other.name.text === plain) ||
    step.neighbours("earlier", "dropConstraint").some(({ operation }) => operation.name.text === plain) ||
    step.neighbours("earlier", "dropIndex").some(({ operation }) => operation.index.name === plain)
  );
}

/** The rest of the migration makes something of that name, or a later one of the history may: it would fail. */
export function isNamedLater(step: Step, name: string): boolean {
  const plain = plainName(name);
  const { history, migration } = step.scope;
  return (
    (lastNamed(step).get(plain) ?? 0) > step.operation.span.start ||
    history.migrations.some(
      // Of a file that holds several migrations, each looks only at its own part.
      ({ index, up: { text, part } }) =>
        index > migration.index && text.slice(part.start, part.end).includes(plain),
    )
  );
}

const named = new WeakMap<Step["script"], ReadonlyMap<string, number>>();

/** By each name that the script gives, where it does so last. */
function lastNamed({ script, scope: { steps } }: Step): ReadonlyMap<string, number> {
  const known = named.get(script);
  if (known !== undefined) return known;
  const found = new Map<string, number>();
  for (const { operation, script: own } of steps) {
    const name = own === script ? nameOf(operation) : undefined;
    if (name !== undefined) found.set(name, Math.max(found.get(name) ?? 0, operation.span.start));
  }
  named.set(script, found);
  return found;
}

/** What it makes, or gives this name. */
function nameOf(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "createIndex":
      return operation.name?.name;
    case "createTable":
      return operation.table.name;
    case "createView":
      return operation.view.name;
    case "addCheck":
    case "addExclusion":
    case "addForeignKey":
    case "addPrimaryKey":
    case "addUnique":
      return operation.name?.text;
    case "renameConstraint":
    case "renameIndex":
    case "renameTable":
      return operation.to.text;
    default:
      return undefined;
  }
}

export function primaryOf(schema: Schema, table: QualifiedName): KeyConstraint | undefined {
  const found = schema.relation(table);
  if (found.is !== "present") return undefined;
  const primary = found.value.constraints.find(({ kind }) => kind === "primary key");
  return primary?.kind === "primary key" ? primary : undefined;
}
