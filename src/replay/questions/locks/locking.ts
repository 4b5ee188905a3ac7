/** Questions about locks and rewrites: see the members of `Step` of the same names. */
import { blocks, lockModes, type LockMode } from "../../../effects/effects.ts";
import type { EffectsDialect } from "../../../effects/dialect.ts";
import type { ServerContext } from "../../../effects/effects.ts";
import { tableOf } from "../../../model/kinds.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation, OperationOf } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Index, UserType } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { keepOrder } from "../../passes.ts";
import type { HeldLock, Step } from "../../step.ts";
import { isOneCall, pieceOf } from "../../code-piece.ts";
import { sameTransaction } from "../same-transaction.ts";

/** See `LockQuestions.refusesConcurrently`. */
export function refusesConcurrently(
  operation: Operation,
  schema: Schema,
  { effects }: EffectsDialect,
  server: ServerContext,
): boolean {
  if (!("concurrently" in operation)) return false;
  return effects.of({ ...operation, concurrently: true }, schema, server).fails !== undefined;
}

/** See `LockQuestions.treeOf`. */
export function treeOf(schema: Schema, table: Key): Key {
  const seen = new Set<Key>();
  let top = table;
  while (!seen.has(top)) {
    seen.add(top);
    const found = schema.relation(top);
    if (found.is !== "present") break;
    top = found.value.partitionOf?.parent ?? found.value.parents[0] ?? top;
  }
  return top;
}

/** See `LockQuestions.constrainedDomain`. */
export function constrainedDomain(schema: Schema, type: ColumnType | undefined): UserType | undefined {
  if (type === undefined) return undefined;
  return schema.belowDomains(type).domains.find(({ notNull, checks }) => notNull || checks.length > 0);
}

/** See `LockQuestions.heldExplicitly`. */
export function heldExplicitly(held: readonly HeldLock[], tables: readonly Key[]): boolean {
  return held.some(
    ({ relation, mode, explicit }) =>
      explicit && mode === "ACCESS EXCLUSIVE" && (tables.length === 0 || tables.includes(relation)),
  );
}

/** See `LockQuestions.altersLater`. */
export function altersLater(step: Step, table: Key): boolean {
  return step.later().some((other) => {
    const { operation, effects } = other;
    if (operation.kind === "lockTable" || !sameTransaction(step, other)) return false;
    // Text that isn't known before it runs may do anything.
    if (operation.kind === "executeDynamic" || operation.kind === "unknown") return true;
    // The table of an index that the history doesn't make.
    if (operation.kind === "dropIndex" && isOfUnknownTable(operation, other.before)) return true;
    return effects.locks.some(
      ({ relation, mode }) =>
        relation === table && lockModes.indexOf(mode) >= lockModes.indexOf("SHARE UPDATE EXCLUSIVE"),
    );
  });
}

const isOfUnknownTable = ({ index, onTable, concurrently }: OperationOf<"dropIndex">, schema: Schema) =>
  onTable === undefined && !concurrently && schema.index(index).is === "unknown";

/** See `LockQuestions.takenAnyway`. */
export function takenAnyway(step: Step, table: Key): boolean {
  const { kind, id } = step.transaction;
  if (kind === "none" || kind === "unknown") return false;
  return [...step.earlier(), ...step.later()].some((one) => one.transaction.id === id && takes(one, table));
}

/** See `LockQuestions.takenBeside`. */
export const takenBeside = (step: Step, table: Key): boolean =>
  [...step.earlier(), ...step.later()].some((one) => takes(one, table));

const takes = ({ operation, effects, skipped, refused }: Step, table: Key): boolean =>
  operation.kind !== "dropIndex" &&
  !skipped &&
  !refused &&
  effects.locks.some(({ relation, mode }) => relation === table && mode === "ACCESS EXCLUSIVE");

/** See `LockQuestions.changedUnderLock`. */
export function changedUnderLock(step: Step, table: Key): boolean {
  return step.neighbours("earlier", "updateRows").some((one) => {
    const isHeld = one.transaction.held.some(
      ({ relation, mode }) => relation === table && mode === "ACCESS EXCLUSIVE",
    );
    const isOwn = one.before.resolve(one.operation.table) === table;
    // What one call does is one plan.
    const isOfPlan = isOneCall(step, one);
    return (
      isOwn && isHeld && !isOfPlan && !one.skipped && !one.values.bounded() && sameTransaction(step, one)
    );
  });
}

/** See `LockQuestions.tableInCall`. */
export function tableInCall({ operation, script, statement, before }: Step): Key | undefined {
  if (operation.kind !== "dropIndex") return undefined;
  if (operation.onTable !== undefined) return before.resolve(operation.onTable);
  const { start, end } = pieceOf(script, statement)?.statement ?? {};
  const call = script.code?.unit?.calls.find(
    ({ at }) => start !== undefined && end !== undefined && at.start <= start && end <= at.end,
  );
  if (call === undefined) return undefined;
  const [, stated] = /\btable_?name\b["']?\s*[=:>]{1,2}\s*["']?(\w+)/i.exec(call.text) ?? [];
  const name = stated ?? (call.name === "remove_index" ? call.texts.get("0") : undefined);
  if (name === undefined || !/^\w+$/.test(name)) return undefined;
  return before.resolve({ schema: operation.index.schema, name, text: name, span: operation.index.span });
}

/** See `LockQuestions.isUsed`. */
export function isUsed({ scope, rows, madeHere, failsWithRow, table, before }: Step, key: Key): boolean {
  const { are, isNew, isOfCommit } = rows(key);
  // One commit brought both: most probably, they run together.
  const isUnused = are === "fresh" || isNew === true || isOfCommit === true;
  // What fails with a row is a finding of its own.
  const isEmpty =
    are === "none or fails" || (failsWithRow() && table !== undefined && before.resolve(table) === key);
  return !isEmpty && !isUnused && !scope.isTracking(key) && !madeHere(key);
}

/** See `LockQuestions.clearsScratch`. */
export function clearsScratch({ operation: op, before, neighbours }: Step): boolean {
  if ((op.kind !== "dropTable" && op.kind !== "dropView") || !op.ifExists) return false;
  const name = op.kind === "dropTable" ? op.table : op.view;
  return (
    before.relation(name).is !== "present" &&
    neighbours("later", "createTable", "createView").some(
      ({ operation: made, before: then }) =>
        then.resolve(made.kind === "createTable" ? made.table : made.view) === before.resolve(name),
    )
  );
}

/** See `LockQuestions.goesAnyway`. */
export function goesAnyway(step: Step, { table, elements }: Index): boolean {
  return step.later().some(({ operation, before, skipped }) => {
    if (skipped) return false;
    if (operation.kind === "dropTable") return before.resolve(operation.table) === table;
    return (
      operation.kind === "dropColumn" &&
      before.resolve(operation.table) === table &&
      elements.some(({ column }) => column === operation.column.text)
    );
  });
}

const schemaOf = (key: Key): string => key.slice(0, key.indexOf("."));

const isCalledAfter = ({ before }: Step, index: QualifiedName, name: string, table: Key): boolean =>
  `_${index.name}_`.includes(`_${name}_`) && schemaOf(table) === schemaOf(before.resolve(index));

/** See `LockQuestions.namedAfterLocked`. */
export const namedAfterLocked = (step: Step, index: QualifiedName): boolean =>
  step.transaction.held.some(
    ({ relation, mode, explicit }) =>
      explicit &&
      mode === "ACCESS EXCLUSIVE" &&
      isCalledAfter(step, index, relation.slice(relation.indexOf(".") + 1), relation),
  );

/** See `LockQuestions.namedAfterDropped`. */
export function namedAfterDropped(step: Step, index: QualifiedName): boolean {
  const isAfter = (name: string, table: Key): boolean => isCalledAfter(step, index, name, table);
  return (
    step
      .neighbours("earlier", "dropColumn")
      .some(({ operation, before }) => isAfter(operation.column.text, before.resolve(operation.table))) ||
    step
      .neighbours("later", "dropTable")
      .some(({ operation, before }) => isAfter(operation.table.name, before.resolve(operation.table)))
  );
}

/** See `LockQuestions.joinsBefore`. */
export function joinsBefore(step: Step): Step | undefined {
  const earlier = step.earlier();
  const previous = earlier[earlier.length - 1];
  if (previous === undefined || previous.statement === step.statement) return undefined;
  if (previous.statement.kind !== "AlterTableStmt" || step.statement.kind !== "AlterTableStmt")
    return undefined;
  if (previous.transaction.id !== step.transaction.id || previous.inBody || step.inBody) return undefined;
  const [first, second] = [previous.statement.operations, step.statement.operations];
  const [one, other] = [first[0], second[0]];
  if (one === undefined || other === undefined) return undefined;
  const [table, next] = [tableOf(one), tableOf(other)];
  if (table === undefined || next === undefined) return undefined;
  const sameTarget =
    previous.before.resolve(table) === step.before.resolve(next) &&
    ("only" in one && one.only) === ("only" in other && other.only) &&
    ("ifExists" in one && one.ifExists) === ("ifExists" in other && other.ifExists);
  if (!sameTarget || !keepOrder(first, second)) return undefined;
  const [held, taken] = [modes(previous), modes(step)];
  const sameLocks = held.size === taken.size && [...held].every(([key, mode]) => taken.get(key) === mode);
  return sameLocks ? previous : undefined;
}

function modes(step: Step): ReadonlyMap<Key, LockMode> {
  const strongest = new Map<Key, LockMode>();
  for (const { relation, mode } of step.locks.ofStatement()) {
    const held = strongest.get(relation);
    if (held === undefined || lockModes.indexOf(held) < lockModes.indexOf(mode))
      strongest.set(relation, mode);
  }
  return strongest;
}

/** See `LockQuestions.addedBy`. */
export function constraintAddedBy(step: Step): Step | undefined {
  const { operation } = step;
  if (operation.kind !== "validateConstraint") return undefined;
  const name = operation.name.text;
  const table = step.before.resolve(operation.table);
  return step
    .earlier()
    .find(
      (other) =>
        (other.operation.kind === "addForeignKey" ||
          other.operation.kind === "addCheck" ||
          other.operation.kind === "addNotNull") &&
        other.transaction.id === step.transaction.id &&
        other.before.resolve(other.operation.table) === table &&
        other.before.constraint(table, name).is !== "present" &&
        other.after.constraint(table, name).is === "present",
    );
}

/** See `LockQuestions.heldMeanwhile`. */
export function heldMeanwhile(step: Step): HeldLock | undefined {
  const { isHere, statement, transaction, locks } = step;
  const own = locks.ofStatement();
  // Whoever waits for a sequence of a column waits for its table, and it goes with it.
  const tableFor = (key: Key): Key => {
    const locking = step
      .earlier()
      .findLast(({ effects }) => effects.locks.some(({ relation }) => relation === key));
    // By the name that it was locked by.
    const found = (locking ?? step).before.relation(key);
    return found.is === "present" ? (found.value.ownedBy?.table ?? key) : key;
  };
  // Nobody uses what was left over, nor what doesn't come back.
  const unused = step.neighbours("earlier", "dropTable", "dropView").flatMap((one) => {
    const { operation, before, dependents } = one;
    const key = before.resolve(operation.kind === "dropTable" ? operation.table : operation.view);
    const isGone = [step.before, step.scope.after].every((schema) => schema.relation(key).is === "absent");
    return isGone || dependents.dropsLeftover() ? [key] : [];
  });
  const [first, ...others] = transaction.held.filter(
    ({ relation, mode, explicit, origin }) =>
      !unused.includes(tableFor(relation)) &&
      (!isHere(origin) || origin.span.end <= statement.span.start) &&
      blocks(mode) !== "nothing" &&
      !explicit &&
      !own.some(
        (lock) =>
          (lock.relation === relation || lock.relation === tableFor(relation)) &&
          (blocks(lock.mode) === blocks(mode) || blocks(lock.mode) === "reads and writes"),
      ),
  );
  // Those who used the table before it was made anew wait for it.
  if (first === undefined || step.madeHere(first.relation)) return first;
  // As strong, and on a table that more wait for.
  return [first, ...others.filter(({ mode }) => blocks(mode) === blocks(first.mode))].reduce((one, other) =>
    locks.users(other.relation) > locks.users(one.relation) ? other : one,
  );
}

/** See `LockQuestions.users`. */
export function usersOf({ rows }: Step, key: Key): 0 | 1 | 2 {
  const { are } = rows(key);
  // That somebody defines them by hand is only guessed from its name.
  if (are === "many" || are === "unknown" || are === "some") return 2;
  return are === "young" ? 1 : 0;
}
