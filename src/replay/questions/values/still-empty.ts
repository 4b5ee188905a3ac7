/** Columns that are so new that no row has a value in them yet. */
import { givesValue } from "../../../model/expression.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Column } from "../../../schema/model.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { isUnknownAge, mostAge, oneWork } from "../migration/written-at.ts";
import { fillsAfter, isBlank, isDefault, type Fills } from "./fills.ts";

/** See `ValueQuestions.stillEmpty`. */
export function stillEmpty(step: Step, table: QualifiedName, column: string, fills: Fills): boolean {
  const { before, after, statement, earlier } = step;
  const key = before.resolve(table);
  const [then, now] = [before.column(table, column), after.column(table, column)];
  const adds = (one: Operation): boolean =>
    one.kind === "addColumn" &&
    before.resolve(one.table) === key &&
    one.column.name.text === column &&
    !one.column.notNull &&
    !givesValue(one.column.default);
  // Of a table that isn't known, what the migration has added to it is.
  const made = then.is === "unknown" ? earlier().findLast(({ operation }) => adds(operation)) : undefined;
  if (made !== undefined) {
    const since = earlier().slice(earlier().indexOf(made));
    const isUnread = since.some(
      (one) => one.statement !== made.statement && /^(?:executeDynamic|unknown)$/.test(one.operation.kind),
    );
    return !isUnread && isBlank(fillsAfter(fills, since), key, column);
  }
  const found = then.is === "present" ? then : now;
  if (found.is === "present")
    return (
      isAddedTo(step, key, found.value) && holdsNone(found.value, step, key, fillsAfter(fills, earlier()))
    );
  // MySQL runs all parts of a statement at once.
  return statement.operations.some(adds);
}

/** The column is so new that no row holds a value. */
export function holdsNone(column: Column, step: Step, table: Key, fills: Fills): boolean {
  const { name, notNull, hasDefault, generated, type, origin } = column;
  if (type === undefined || notNull === "yes" || hasDefault !== "no" || generated !== undefined) return false;
  return isNewColumn(column, step, table) && fills.unreadAt < origin.migration && isBlank(fills, table, name);
}

/** The column is newer than its table, and so new that no row holds another value than its default. */
export function holdsDefault(column: Column, step: Step, table: Key, fills: Fills): boolean {
  const { name, generated, origin } = column;
  if (generated !== undefined || !isAddedTo(step, table, column) || !isNewColumn(column, step, table))
    return false;
  const found = step.before.relation(table);
  // Which values the rows have that the history writes isn't known.
  if (found.is !== "present" || found.value.loaded || (found.value.seeded ?? 0) > 0) return false;
  const soFar = fillsAfter(fills, step.earlier());
  if (soFar.unreadAt >= origin.migration) return false;
  return isDefault(soFar, table, name) || isBlank(soFar, table, name);
}

/** It isn't one of those that the table was made with. */
function isAddedTo({ before }: Step, table: Key, { origin }: Column): boolean {
  const found = before.relation(table);
  if (found.is !== "present") return false;
  const made = found.value.origin;
  return made?.migration !== origin.migration || made.span.start !== origin.span.start;
}

/** Added by this migration, in the same release, by one and the same work, or by a changeset that this one follows. */
export function isNewColumn(column: Column, step: Step, table: Key): boolean {
  const { origin, name } = column;
  const { scope, isHere, createdPending } = step;
  if (isHere(origin) || createdPending(table, name) === "yes") return true;
  if (ageOf(scope, origin.migration) < oneWork) return true;
  return isWrittenWith(scope, origin.migration) && isAddedTo(step, table, column);
}

const ageOf = ({ history, migration }: MigrationScope, index: number): number =>
  mostAge(history, history.migrations[index], migration);

/**
 * A changeset of the same author in the same file, with few changes between, and not applied before this one, where nothing
 * else says when the two were written.
 */
export function isWrittenWith(scope: MigrationScope, index: number): boolean {
  const { history, migration, pending, firstPending } = scope;
  const made = history.migrations[index];
  return (
    made !== undefined &&
    isUnknownAge(ageOf(scope, index)) &&
    isNear(index, migration.index) &&
    made.author !== undefined &&
    made.author === migration.author &&
    made.up.path === migration.up.path &&
    !(pending && index < firstPending)
  );
}

export const near = 5;
const isNear = (made: number, now: number): boolean => made <= now && made >= now - near;
