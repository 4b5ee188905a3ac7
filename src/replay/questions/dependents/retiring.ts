/** What gives way to something else: columns on their way out, keys and defaults that are replaced. */
import type { Place } from "./copied.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { splitKey } from "../../../schema/dependents.ts";
import { sameOrigin } from "../../../schema/later.ts";
import type { ForeignKey, Index, KeyConstraint, Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import { markOf } from "./deprecation.ts";
import type { Step } from "../../step.ts";

/** A key, with its table. */
export type ConstraintGone = (KeyConstraint | ForeignKey) & {
  readonly table: Key;
  /** Of a key: fewer of its columns are still unique. */
  readonly implied?: true | undefined;
  /** Of a key: the migration adds another in its place, which doesn't keep rows with NULL in these columns apart. */
  readonly replaced?: { readonly nullable: readonly string[] } | undefined;
};

/** See `DependentQuestions.retires`. */
export function isRetiring(step: Step, table: QualifiedName, column: string): boolean {
  if (
    step.dependents.deprecation(table, column) !== undefined ||
    step.dependents.deprecation(table) !== undefined
  )
    return true;
  const key = step.before.resolve(table);
  const others = [...step.earlier(), ...step.later()];
  return others.some(({ operation, before, script, statement, scope }) => {
    switch (operation.kind) {
      case "dropTable":
      case "renameTable":
        return before.resolve(operation.table) === key;
      case "dropColumn":
        return before.resolve(operation.table) === key && operation.column.text === column;
      case "renameColumn":
        return (
          before.resolve(operation.table) === key &&
          (operation.column.text === column || operation.to.text === column)
        );
      case "comment": {
        const { path } = script;
        const [relation] = operation.relations;
        const origin = { migration: scope.migration.index, path, span: statement.span };
        const said = /deprecat/i.test(operation.text ?? "") || markOf(operation, before, origin).length > 0;
        return (
          said &&
          operation.member?.text === column &&
          relation !== undefined &&
          before.resolve(relation) === key
        );
      }
      default:
        return false;
    }
  });
}

/** See `DependentQuestions.tableGoes`. */
export function tableGoes({ operation, table, before, neighbours }: Step): boolean {
  const drops = neighbours("later", "dropTable").filter(
    ({ operation: drop, skipped, refused }) =>
      !skipped && !refused && (drop.conditional !== true || isTogether(drop, operation)),
  );
  const goes = (name: QualifiedName): boolean =>
    drops.some((drop) => drop.before.resolve(drop.operation.table) === before.resolve(name));
  const named = operation.kind === "grant" || operation.kind === "changeOwner" ? operation.relations : [];
  return table === undefined ? named.length > 0 && named.every(goes) : goes(table);
}

/** See `ValueQuestions.requiredStill`. */
export function isRequiredStill(step: Step, table: QualifiedName, column: string): boolean {
  const end = step.scope.after;
  const found = end.column(table, column);
  if (found.is === "present" && found.value.notNull === "yes") return true;
  if (isSetAgain(step, table, column)) return true;
  const relation = end.relation(table);
  return (
    relation.is === "present" &&
    relation.value.constraints.some(
      (constraint) => constraint.kind === "check" && constraint.expression.provesNotNull.includes(column),
    )
  );
}

/** Whatever is known of the column, and of whether the script gets there. */
function isSetAgain({ before, neighbours, operation }: Step, table: QualifiedName, column: string): boolean {
  const key = before.resolve(table);
  return neighbours("later", "setNotNull").some(
    ({ before: met, operation: later }) =>
      later.column.text === column &&
      met.resolve(later.table) === key &&
      (later.conditional !== true || isTogether(later, operation)),
  );
}

/** One runs where the other does. */
const isTogether = (one: Operation, other: Operation): boolean =>
  other.conditional === true && JSON.stringify(one.branches) === JSON.stringify(other.branches);

/** MySQL: a unique key is dropped as an index, too. */
function droppedConstraint(
  operation: Operation,
): { readonly table: QualifiedName; readonly name: string } | undefined {
  if (operation.kind === "dropConstraint") return { table: operation.table, name: operation.name.text };
  return operation.kind === "dropIndex" && operation.onTable !== undefined
    ? { table: operation.onTable, name: operation.index.name }
    : undefined;
}

/** PostgreSQL: a unique index without a constraint, as the key that it is; undefined for all others. */
function droppedKey({
  operation,
  before,
}: Step): { readonly table: Key; readonly key: KeyConstraint } | undefined {
  if (operation.kind !== "dropIndex" || operation.onTable !== undefined) return undefined;
  const found = before.index(operation.index);
  if (found.is !== "present") return undefined;
  const { table, name, unique, constraint, where, elements, valid, origin } = found.value;
  const columns = elements.flatMap(({ column }) => column ?? []);
  if (!unique || !valid || constraint !== undefined || where !== undefined) return undefined;
  if (columns.length < elements.length) return undefined;
  const made = { validated: true, enforced: true, inherited: false, origin };
  return { table, key: { ...made, kind: "unique", name, columns, index: name } };
}

function nameOf(table: Key, span: Span): QualifiedName {
  const [schema, name] = splitKey(table);
  return { schema, name, text: name, span };
}

export interface KeyAlong {
  readonly at: Place;
  readonly message: string;
}

/** See `DependentQuestions.constraintGone`. */
export function constraintGone(step: Step): ConstraintGone | undefined {
  const { operation, before, scope } = step;
  const dropped = droppedConstraint(operation);
  const index = droppedKey(step);
  const table = index?.table ?? (dropped && before.resolve(dropped.table));
  if (table === undefined) return undefined;
  const found = dropped && before.constraint(dropped.table, dropped.name);
  const end = scope.after.relation(table);
  const gone = index?.key ?? (found?.is === "present" ? found.value : undefined);
  if (gone === undefined || end.is !== "present") return undefined;
  if (gone.kind === "check" || gone.kind === "not null") return undefined;
  if (gone.columns.some((column) => isRetiring(step, nameOf(table, operation.head), column)))
    return undefined;
  // By the names that the columns have at the end.
  const own = gone.columns.map(
    (column) =>
      end.value.columns.find(({ renamedFrom }) => renamedFrom.at(-1)?.name === column)?.name ?? column,
  );
  const alike = (columns: readonly string[]): boolean =>
    columns.length > 0 && columns.every((column) => own.includes(column));
  if (gone.kind === "foreign key") {
    // The referenced table goes, too.
    if (scope.after.relation(gone.references).is !== "present") return undefined;
    const kept = end.value.constraints.some((other) => other.kind === gone.kind && alike(other.columns));
    return kept ? undefined : { ...gone, table };
  }
  const kept = scope.after
    .indexesOn(end.value.key)
    .filter(({ unique, valid, where }) => unique && valid && where === undefined)
    .map(({ elements }) => elements.map(({ column }) => column ?? ""))
    .filter(alike);
  if (kept.some((columns) => own.every((column) => columns.includes(column)))) return undefined;
  const [replaced] = scope.after
    .indexesOn(end.value.key)
    .filter((index) => index.unique && step.isHere(index.origin) && takesThePlaceOf(gone, own, index))
    .map((index) => ({ nullable: nullableBeside(step, own, index, end.value) }))
    .sort((a, b) => a.nullable.length - b.nullable.length);
  return { ...gone, table, ...(kept.length > 0 ? { implied: true as const } : {}), replaced };
}

/** Any key takes the place of a primary key. */
const takesThePlaceOf = (gone: KeyConstraint, own: readonly string[], { elements }: Index): boolean =>
  gone.kind === "primary key" || elements.some(({ column }) => column === undefined || own.includes(column));

/** Columns of an index, besides those that the dropped key had, of which NULL is no duplicate of NULL. */
function nullableBeside(
  step: Step,
  own: readonly string[],
  index: Index,
  { key, columns }: Relation,
): readonly string[] {
  if (index.nullsNotDistinct || index.elements.every(({ column }) => !own.includes(column ?? ""))) return [];
  const table = nameOf(key, step.operation.head);
  return (
    columns
      // A generated one is often there to hold no NULL: `IFNULL(team, 0)`.
      .filter(
        ({ name, notNull, generated }) => notNull === "no" && generated === undefined && !own.includes(name),
      )
      .filter(({ name }) => index.elements.some(({ column }) => column === name))
      .filter(({ name }) => index.where?.provesNotNull.includes(name) !== true)
      .filter(({ name }) => !isRequiredStill(step, table, name))
      .map(({ name }) => name)
  );
}

/** See `ValueQuestions.addedLater`. */
export function isAddedLater(step: Step, table: QualifiedName, column: string): boolean {
  const relation = step.before.relation(table);
  const found = step.before.column(table, column);
  if (relation.is !== "present" || found.is !== "present" || relation.value.origin === undefined)
    return false;
  const [made, added] = [relation.value.origin, found.value.origin];
  return !sameOrigin(made, added);
}

const keyWords = { "primary key": "the primary key", unique: "the unique constraint" } as const;

/** See `DependentQuestions.keysAlong`. */
export function keysAlong({ operation, before, after, scope }: Step): readonly KeyAlong[] {
  if (operation.kind !== "dropColumn") return [];
  const { table, column } = operation;
  const [found, end] = [before.relation(table), scope.after.relation(before.resolve(table))];
  if (found.is !== "present" || end.is !== "present") return [];
  return found.value.constraints.flatMap((one) => {
    if (one.kind !== "primary key" && (one.kind !== "unique" || one.columns.length < 2)) return [];
    // MySQL keeps it on the other columns.
    if (!one.columns.includes(column.text) || after.constraint(table, one.name).is === "present") return [];
    if (end.value.constraints.some(({ kind }) => kind === one.kind && kind === "primary key")) return [];
    const { path, span } = one.origin;
    return [
      {
        at: { path, span },
        message: `${keyWords[one.kind]} (${one.columns.join(", ")}) goes with the column`,
      },
    ];
  });
}
