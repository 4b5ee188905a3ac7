/** What a step drops or retypes, and what hangs on that. */
import { tableOf } from "../../../model/kinds.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Constraint, Dependent, Lookup, Origin, Routine, Tri } from "../../../schema/model.ts";
import { isSure, nameInPath, splitKey } from "../../../schema/dependents.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { isKeyDropped } from "./constraint-kind.ts";

/** The object that the operation drops or retypes, for messages: `column orders.code`. Undefined for all others. */
export function droppedObject(operation: Operation, before: Schema): string | undefined {
  switch (operation.kind) {
    case "dropTable":
      return `${operation.foreign ? "foreign table" : "table"} ${shown(operation.table)}`;
    case "dropView":
      return `${operation.materialized ? "materialized view" : "view"} ${shown(operation.view)}`;
    case "dropSequence":
      return `sequence ${shown(operation.sequence)}`;
    case "dropIndex":
      return `index ${shown(operation.index)}`;
    case "dropColumn":
    case "changeColumnType":
      return `column ${shown(operation.table)}.${before.spellColumn(operation.table, operation.column.text)}`;
    case "dropType":
      return `${operation.domain ? "domain" : "type"} ${shown(operation.type)}`;
    case "dropFunction":
      return `${operation.object} ${shown(operation.function)}`;
    case "dropConstraint":
      return `constraint ${before.spell(operation.name)}`;
    case "dropTrigger":
      return `trigger ${before.spell(operation.name)}`;
    case "dropSchema":
      return `schema ${before.spell(operation.schema)}`;
    case "dropObject":
      return [operation.object, ...(operation.name ? [operation.name.text] : [])].join(" ");
    default:
      return undefined;
  }
}

const shown = ({ text }: QualifiedName): string => text.replace(/^public\./, "");

/** What a retyped column's users are refused by (manual, ALTER TABLE, "Notes"). */
const refusesRetyping: ReadonlySet<Dependent["kind"]> = new Set([
  "view",
  "materialized view",
  "generated column",
  "policy",
  "trigger",
  "partition key",
]);

/** See `DependentQuestions.ofDropped`. */
export function dependentsOfDropped(step: Step): readonly Dependent[] {
  const { operation, before, scope, statement } = step;
  const found = dependentsOf(operation, before);
  const dependents = before.dialect.viewsHold ? found : found.flatMap((one) => asMysqlKeeps(one, step));
  if (dependents.length === 0) return [];
  const goneWith = new Set(statement.operations.flatMap((other) => droppedObject(other, before) ?? []));
  return dependents
    .filter((dependent) => {
      const { text, relation, onDrop } = dependent;
      // One DROP of several objects drops them together, in whatever order.
      if (
        isOlder(dependent, step) ||
        goneWith.has(text) ||
        (relation !== undefined && dropsRelation(step, relation))
      )
        return false;
      return onDrop !== "breaks later" || stillBroken(dependent, operation, scope.after);
    })
    .map((dependent) => (isSure(dependent, before) ? dependent : { ...dependent, unsure: true }));
}

/** It came before the table that it needs: the server has refused it, and MySQL, too, if it looks at foreign keys. */
const isOlder = (dependent: Dependent, { operation, before }: Step): boolean =>
  operation.kind === "dropTable" && cameBefore(dependent, before.resolve(operation.table), before);

export function cameBefore({ kind, origin }: Dependent, key: Key, schema: Schema): boolean {
  if (origin === undefined || (!schema.dialect.viewsHold && kind !== "foreign key")) return false;
  const table = schema.relation(key);
  const made = table.is === "present" ? table.value.origin : undefined;
  return made !== undefined && origin.migration < made.migration;
}

/**
 * MySQL minds neither views nor bodies: they fail when they are used. Foreign keys and checks hold their columns, but
 * not while the checks are off.
 */
function asMysqlKeeps(dependent: Dependent, { operation, effects: { fails } }: Step): readonly Dependent[] {
  switch (dependent.kind) {
    case "view":
    case "function":
    case "trigger":
      return [{ ...dependent, onDrop: "breaks later" }];
    case "foreign key":
      if (fails?.includes("foreign key") === true) return [{ ...dependent, onDrop: "refuses" }];
      return operation.kind === "dropTable" || dependent.onDrop === "goes along" ? [] : [dependent];
    case "check":
      return fails?.startsWith("Check constraint") === true ? [{ ...dependent, onDrop: "refuses" }] : [];
    case "generated column":
      return fails === undefined ? [] : [dependent];
    default:
      return [dependent];
  }
}

const dropsRelation = ({ statement, before, operation }: Step, relation: string): boolean =>
  (operation.kind === "dropTable" || operation.kind === "dropView") &&
  statement.operations.some(
    (other) =>
      (other.kind === "dropTable" && before.resolve(other.table) === relation) ||
      (other.kind === "dropView" && before.resolve(other.view) === relation),
  );

/** At the end of the migration the function is still the same, and what it uses hasn't come back. */
function stillBroken(
  { kind, relation, text, origin }: Dependent,
  operation: Operation,
  end: Schema,
): boolean {
  if (lookUp(operation, end)?.is === "present") return false;
  if (kind === "view" && relation !== undefined) {
    const view = end.relation(relation);
    return view.is === "present" && view.value.origin === origin;
  }
  const name = text.slice("function ".length);
  const routines = end.routines(name.includes(".") ? name : `public.${name}`);
  return (
    routines.is === "present" &&
    routines.value.some((routine) => routine.origin === origin && !isUncalled(routine, end))
  );
}

/** Only triggers call such a function, and the history, which made it, has none left that does. */
function isUncalled({ schema, name, definition }: Routine, end: Schema): boolean {
  if (definition.returns?.name !== "trigger") return false;
  return !end.dependents({ routine: `${schema}.${name}` }).some(({ kind }) => kind === "trigger");
}

/** What the operation drops, in any schema. */
export function lookUp(operation: Operation, schema: Schema): Lookup<unknown> | undefined {
  switch (operation.kind) {
    case "dropTable":
      return schema.relation(operation.table);
    case "dropView":
      return schema.relation(operation.view);
    case "dropColumn":
      return schema.column(operation.table, operation.column.text);
    case "dropFunction":
      return schema.routines(operation.function);
    case "dropType":
      return schema.type(operation.type);
    case "dropSequence":
      return schema.relation(operation.sequence);
    case "dropIndex":
      return schema.index(operation.index);
    default:
      return undefined;
  }
}

function dependentsOf(operation: Operation, schema: Schema): readonly Dependent[] {
  switch (operation.kind) {
    case "dropTable":
      return schema.dependents({ table: operation.table });
    case "dropView":
      return schema.dependents({ table: operation.view });
    case "dropSequence":
      return schema.dependents({ table: operation.sequence });
    case "dropColumn":
      return schema.dependents({ table: operation.table, column: operation.column.text });
    case "changeColumnType":
      return schema
        .dependents({ table: operation.table, column: operation.column.text })
        .filter(({ kind, onDrop }) => refusesRetyping.has(kind) && onDrop !== "breaks later");
    case "dropType":
      return schema.dependents({ type: operation.type });
    case "dropFunction":
      return schema.dependents({ routine: operation.function });
    case "dropConstraint":
      return dependentsOfKey(operation.table, operation.name.text, schema);
    case "dropObject":
      return operation.object === "extension" && operation.name !== undefined
        ? schema.dependents({ extension: operation.name })
        : [];
    default:
      return [];
  }
}

const sorted = (columns: readonly string[]): string => [...columns].sort().join();

/** Made later; of one statement, neither is. */
const isAfter = (one: Origin, other: Origin): boolean =>
  one.migration === other.migration
    ? one.path === other.path && one.span.start > other.span.start
    : one.migration > other.migration;

/** Foreign keys that a primary key or unique constraint backs. */
function dependentsOfKey(table: QualifiedName, name: string, schema: Schema): readonly Dependent[] {
  const found = schema.constraint(table, name);
  if (found.is !== "present" || (found.value.kind !== "primary key" && found.value.kind !== "unique"))
    return [];
  const key = found.value;
  const columns = sorted(key.columns);
  const others = schema
    .indexesOn(table)
    .filter(
      (one) =>
        one.unique &&
        one.where === undefined &&
        one.name !== key.index &&
        sorted(one.elements.flatMap(({ column }) => column ?? [])) === columns,
    );
  // It took one of those that were there when it was made; of several, that isn't known.
  const isIts = ({ origin }: Pick<Constraint, "origin">): boolean =>
    !isAfter(key.origin, origin) && others.every((other) => isAfter(other.origin, origin));
  return schema
    .foreignKeysTo(table)
    .filter(({ constraint }) => sorted(constraint.referencedColumns) === columns && isIts(constraint))
    .map(({ table: relation, constraint }) => ({
      kind: "foreign key",
      text: `foreign key ${schema.spell(constraint)} of ${nameInPath(schema, ...splitKey(relation))}`,
      member: constraint.name,
      relation,
      onDrop: "refuses",
      origin: constraint.origin,
    }));
}

/** See `DependentQuestions.areKnown`. */
export function dependentsKnown(step: Step): Tri {
  const { operation, before, createdHere } = step;
  const madeByHistory = (is: "present" | "absent" | "unknown"): Tri => {
    if (is === "unknown") return "unknown";
    return before.knowsOwn ? "yes" : "unknown";
  };
  // Nothing can depend on one.
  if (operation.kind === "dropTrigger" || isKeyDropped(step) === "no") return "yes";
  const table = tableOf(operation);
  if (table !== undefined) {
    if (createdHere(table) === "yes") return "yes";
    const found = before.relation(table);
    if (found.is !== "present" && isMadeAtOnce(step)) return "yes";
    return found.is === "present" && found.value.complete ? madeByHistory("present") : "unknown";
  }
  switch (operation.kind) {
    case "dropView":
      return madeByHistory(before.relation(operation.view).is);
    case "dropSequence":
      return madeByHistory(before.relation(operation.sequence).is);
    case "dropIndex":
      return madeByHistory(before.index(operation.index).is);
    case "dropType":
      return madeByHistory(before.type(operation.type).is);
    case "dropFunction":
      return madeByHistory(before.routines(operation.function).is);
    default:
      return "unknown";
  }
}

/** `create_table :orders, force: :cascade` of code, where nothing has made the table before: there is nothing to drop. */
function isMadeAtOnce({ operation, before, script, later }: Step): boolean {
  if (operation.kind !== "dropTable" || !operation.ifExists || script.code === undefined) return false;
  const [next] = later();
  return (
    next?.operation.kind === "createTable" &&
    next.before.resolve(next.operation.table) === before.resolve(operation.table)
  );
}

/** See `DependentQuestions.dropsLater`. */
export function dropsLater(step: Step, { kind, text, relation, member }: Dependent): Step | undefined {
  return step.later().find(({ operation, before, dependents: { droppedObject } }) => {
    switch (operation.kind) {
      case "dropTable":
        return relation === before.resolve(operation.table);
      case "dropView":
        return relation === before.resolve(operation.view);
      case "dropConstraint":
        return relation === before.resolve(operation.table) && member === operation.name.text;
      // A foreign key goes with its column.
      case "dropColumn":
        return (
          droppedObject() === text ||
          (kind === "foreign key" &&
            relation === before.resolve(operation.table) &&
            hasForeignKey(step.before, relation, operation.column.text, member))
        );
      case "dropTrigger":
      case "dropPolicy":
        return (
          kind === (operation.kind === "dropTrigger" ? "trigger" : "policy") &&
          relation === before.resolve(operation.table) &&
          member === operation.name.text
        );
      default:
        return droppedObject() === text;
    }
  });
}

/** See `DependentQuestions.replacedLater`. */
export function replacedLater(step: Step, dependent: Dependent): Step | undefined {
  const { operation } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const isUsed = step.later().some(({ operation: one }) => columnsIn(one).includes(operation.column.text));
  return isUsed ? undefined : dropsLater(step, dependent);
}

/** That a policy or a view names, of whatever table. */
function columnsIn(operation: Operation): readonly string[] {
  if (operation.kind === "createView") return operation.query.columns.map(({ column }) => column);
  if (operation.kind !== "createPolicy" && operation.kind !== "alterPolicy") return [];
  return [operation.using, operation.withCheck].flatMap(
    (one) => one?.columns.map(({ column }) => column) ?? [],
  );
}

function hasForeignKey(schema: Schema, table: Key, column: string, name: string | undefined): boolean {
  const found = schema.relation(table);
  if (found.is !== "present") return false;
  return found.value.constraints.some(
    (one) => one.kind === "foreign key" && one.columns.includes(column) && one.name === name,
  );
}
