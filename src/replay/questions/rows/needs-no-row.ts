/** What of a migration fails where a table has a row: once it has run, the table has none. */
import type { Key } from "../../../model/names.ts";
import type { Operation, SetNotNull } from "../../../model/operation.ts";
import type { Origin, Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import type { ReplayFacts } from "../../replay-facts.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { checkedAtEnd, checkedBefore } from "./checked-rows.ts";
import { refusingKey } from "../values/implicit-keys.ts";
import { isWrittenWith } from "../values/still-empty.ts";

type Asked = Pick<Step, "before" | "operation" | "scope" | "isHere">;

/** What of this migration fails where the table has a row. */
export const needsNoRow = (step: Asked, relation: Relation): Origin | undefined =>
  needsNone(step, relation) ??
  needsNoneLater(step, relation) ??
  refusesRows(step, relation) ??
  checkedBefore(step.scope, relation.key, step.operation.span.start) ??
  refersToNone(step, relation);

/** Each row refers to one of a table that has none, in a statement before or behind this one, which stands on neither. */
function refersToNone(step: Asked, { key, constraints, columns, loaded }: Relation): Origin | undefined {
  if (loaded) return undefined;
  for (const parent of requiredParents({ key, constraints, columns })) {
    const found = step.before.relation(parent);
    if (found.is !== "present") continue;
    const at = needsNone(step, found.value) ?? refusesRows(step, found.value);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** The tables that each row of this one refers to: no row is without a key that the server has checked. */
const requiredParents = ({
  key,
  constraints,
  columns,
}: Pick<Relation, "key" | "constraints" | "columns">): readonly Key[] =>
  constraints.flatMap((one) => {
    if (one.kind !== "foreign key" || one.references === key || !one.validated || !one.enforced) return [];
    const isRequired = one.columns.every((name) =>
      columns.some((column) => column.name === name && column.notNull === "yes"),
    );
    return isRequired ? [one.references] : [];
  });

/** The statement of this migration, or of a changeset right before it, that fails where the table has a row. */
function needsNone(
  { isHere, scope }: Pick<Asked, "isHere" | "scope">,
  { emptied, loaded, seeded }: Relation,
): Origin | undefined {
  if (emptied?.by !== "required" || loaded) return undefined;
  const { origin } = emptied;
  return isHere(origin) || (seeded === 0 && isWrittenWith(scope, origin.migration)) ? origin : undefined;
}

/**
 * A column of this migration whose rows would refer to a key that no row has, or that has to hold a value and has been given
 * none; or a foreign key to a table without rows. Not for what may be this very statement, or another key of its kind.
 */
function refusesRows({ operation, scope }: Asked, { key, loaded }: Relation): Origin | undefined {
  if (loaded || operation.kind === "addColumn" || operation.kind === "setNotNull") return undefined;
  const { columns, keys } = refusedIn(scope);
  return columns.get(key) ?? (operation.kind === "addForeignKey" ? undefined : keys.get(key));
}

/** The tables that have no row once this migration has succeeded, as it fails where they have one; with the statement. */
export function leftEmpty(scope: MigrationScope): ReadonlyMap<Key, Origin> {
  const { columns, keys } = refusedIn(scope);
  return withoutFilled(scope, new Map([...checkedAtEnd(scope), ...keys, ...columns]));
}

/** The same, and the tables whose rows would refer to theirs. */
export function leftEmptyAtEnd(scope: MigrationScope): ReadonlyMap<Key, Origin> {
  const found = new Map([...leftEmpty(scope), ...requiredAtEnd(scope)]);
  if (found.size === 0) return found;
  addChildren(scope, found);
  return withoutFilled(scope, found);
}

function withoutFilled({ steps }: MigrationScope, found: Map<Key, Origin>): ReadonlyMap<Key, Origin> {
  if (found.size === 0) return found;
  for (const { operation, before } of steps) {
    const isFill = /^(?:insertRows|mergeRows|copyRows|attachPartition)$/.test(operation.kind);
    if (isFill && "table" in operation && operation.table !== undefined)
      found.delete(before.resolve(operation.table));
  }
  return found;
}

/** The tables that a column of this migration leaves without a row. */
const requiredAtEnd = ({ steps, after, migration }: MigrationScope): ReadonlyMap<Key, Origin> =>
  new Map(
    steps.flatMap(({ operation, before }) => {
      const made =
        operation.kind === "addColumn" ? after.relation(before.resolve(operation.table)) : undefined;
      if (made?.is !== "present" || made.value.loaded) return [];
      const { key, emptied } = made.value;
      const isHere = emptied?.by === "required" && emptied.origin.migration === migration.index;
      return isHere ? [[key, emptied.origin] as const] : [];
    }),
  );

/** Their rows refer to those of a table that has none. */
function addChildren({ after }: MigrationScope, found: Map<Key, Origin>): void {
  const tables = [...after.relations()].filter(({ constraints }) =>
    constraints.some(({ kind }) => kind === "foreign key"),
  );
  let known = -1;
  while (known !== found.size) {
    known = found.size;
    for (const table of tables) {
      const at = requiredParents(table).flatMap((parent) => found.get(parent) ?? [])[0];
      if (at !== undefined) add(found, table.key, at);
    }
  }
}

/** See `Step.failsWithRow`. */
export function failsWithRow(step: Step, facts: Pick<ReplayFacts, "startAfter" | "changes">): boolean {
  const { table, before, after, scope, statement, script, isHere } = step;
  if (table === undefined || isLearning(scope, facts)) return false;
  const key = before.resolve(table);
  const { columns, keys } = refusedIn(scope);
  const now = after.relation(key);
  const emptied =
    now.is === "present" && now.value.emptied?.by === "required" ? now.value.emptied.origin : undefined;
  return [columns.get(key), keys.get(key), emptied].some(
    (at) => at !== undefined && isHere(at) && at.path === script.path && contains(statement.span, at.span),
  );
}

const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** Its author may still learn that it fails. */
export const isLearning = (
  { pending }: MigrationScope,
  { startAfter, changes }: Pick<ReplayFacts, "startAfter" | "changes">,
): boolean => pending && (startAfter ?? changes) !== undefined;

interface Refused {
  readonly columns: ReadonlyMap<Key, Origin>;
  readonly keys: ReadonlyMap<Key, Origin>;
}

const refused = new WeakMap<MigrationScope, Refused>();

/** By their tables; asked once a migration. */
function refusedIn(scope: MigrationScope): Refused {
  const known = refused.get(scope);
  if (known !== undefined) return known;
  const columns = new Map<Key, Origin>();
  const keys = new Map<Key, Origin>();
  for (const step of scope.steps) {
    const { operation, before, script } = step;
    if (operation.kind === "setNotNull") {
      const by = unfilled(step, operation);
      if (by !== undefined) add(columns, before.resolve(operation.table), by);
    } else if (operation.kind === "addForeignKey" && step.values.keyNeedsNoRow())
      add(keys, before.resolve(operation.table), {
        migration: scope.migration.index,
        path: script.path,
        span: operation.span,
      });
    if (operation.kind !== "addColumn") continue;
    const { table, column } = operation;
    const made = step.after.column(table, column.name.text);
    if (made.is !== "present" || made.value.notNull !== "yes" || made.value.default !== undefined) continue;
    if (refusingKey(step) === "foreign key") add(columns, before.resolve(table), made.value.origin);
  }
  const found = { columns, keys };
  refused.set(scope, found);
  return found;
}

/** The first counts. */
function add(found: Map<Key, Origin>, table: Key, origin: Origin): void {
  if (!found.has(table)) found.set(table, origin);
}

/** `ADD COLUMN c`, and then `SET NOT NULL` of it, as if it were one statement, in a changeset of its own, too. */
function unfilled(step: Step, { table, column, span, conditional }: SetNotNull): Origin | undefined {
  const { before, scope, script, isHere } = step;
  const [found, relation] = [before.column(table, column.text), before.relation(table)];
  if (found.is !== "present" || relation.is !== "present") return undefined;
  if (conditional === true || step.inBody || step.skipped || step.refused) return undefined;
  const { origin } = found.value;
  const isNew =
    isHere(origin) || ((relation.value.seeded ?? 0) === 0 && isWrittenWith(scope, origin.migration));
  return isNew && step.values.stillEmpty(table, column.text)
    ? { migration: scope.migration.index, path: script.path, span }
    : undefined;
}

/** The same behind it; not for what may be this very statement. */
function needsNoneLater(step: Asked, { key, origin }: Relation): Origin | undefined {
  const later = mayRefuseRows(step.operation) ? undefined : step.scope.after.relation(key);
  return later?.is === "present" && later.value.origin === origin ? needsNone(step, later.value) : undefined;
}

/** It adds a column that no old row has a value for, as far as its definition says. */
const mayRefuseRows = (operation: Operation): boolean =>
  operation.kind === "addColumn" &&
  operation.column.identity === undefined &&
  !operation.column.serial &&
  operation.column.mysql?.autoIncrement !== true;
