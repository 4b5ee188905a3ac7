/** What has become of something at a later point of the history. */
import type { Key, QualifiedName } from "../model/names.ts";
import type { AddCheck, AddForeignKey } from "../model/operation.ts";
import type { Column, ForeignKey, Origin, Relation } from "./model.ts";
import { addTo } from "../text/group.ts";
import type { Schema } from "./schema.ts";

export const sameOrigin = (one: Origin | undefined, other: Origin | undefined): boolean =>
  one !== undefined &&
  one.migration === other?.migration &&
  one.path === other.path &&
  one.span.start === other.span.start;

/**
 * The relation as it is in a later schema, by whatever name. Undefined: it is gone for sure. What may have changed in a
 * way that isn't known is given back as it was.
 */
export function laterRelation(later: Schema, relation: Relation): Relation | undefined {
  const { key, origin } = relation;
  const found = later.relation(key);
  if (found.is === "present" && isSame(found.value.origin, origin)) return found.value;
  // Made elsewhere, it can't be told from another one.
  if (origin === undefined) return relation;
  for (const one of later.relations())
    if (sameOrigin(one.origin, origin) && one.kind === relation.kind)
      return found.is === "unknown" && one.key === key ? relation : one;
  return undefined;
}

const isSame = (one: Origin | undefined, other: Origin | undefined): boolean =>
  one === other || sameOrigin(one, other);

interface KeyOfTable {
  readonly table: Relation;
  readonly key: ForeignKey;
}

/** Foreign keys of a schema by the statement that wrote them. */
const foreignKeys = new WeakMap<Schema, ReadonlyMap<string, readonly KeyOfTable[]>>();

const placeOf = ({ migration, path, span }: Origin): string => `${migration} ${span.start} ${path}`;

/** The foreign keys that a statement wrote, as far as they are there in a later schema. */
export function laterForeignKeys(later: Schema, origin: Origin): readonly KeyOfTable[] {
  let known = foreignKeys.get(later);
  if (known === undefined) {
    const found = new Map<string, KeyOfTable[]>();
    for (const table of later.relations())
      for (const key of table.constraints)
        if (key.kind === "foreign key") addTo(found, placeOf(key.origin), { table, key });
    foreignKeys.set(later, (known = found));
  }
  return known.get(placeOf(origin)) ?? [];
}

/**
 * Looks for a column in later schemas, by whatever name; the answer is undefined where it is gone, or its table is. Undefined:
 * it isn't known now.
 */
export function columnLater(
  now: Schema,
  table: QualifiedName | Key,
  name: string,
): ((later: Schema) => Column | undefined) | undefined {
  const found = now.relation(table);
  const column = now.column(table, name);
  if (found.is !== "present" || column.is !== "present") return undefined;
  const [relation, own] = [found.value, column.value];
  return (later) => {
    const its = laterRelation(later, relation);
    const { columns = [] } = its ?? {};
    return (
      columns.find((one) => one.name === own.name) ??
      columns.find(({ renamedFrom }) => renamedFrom.some((old) => old.name === own.name)) ??
      (its?.complete === false ? own : undefined)
    );
  };
}

/** For a finding about a column: a later migration drops it, or it isn't so any more. Undefined: it isn't known now. */
export function columnRepaired(
  now: Schema,
  table: QualifiedName,
  name: string,
  isLeft: (column: Column) => boolean,
): ((later: Schema) => boolean) | undefined {
  const later = columnLater(now, table, name);
  if (later === undefined) return undefined;
  return (end) => {
    const column = later(end);
    return column === undefined || !isLeft(column);
  };
}

/** The same for a finding about a table or view. */
export function relationRepaired(
  now: Schema,
  name: QualifiedName,
  isLeft: (relation: Relation) => boolean,
): ((later: Schema) => boolean) | undefined {
  const found = now.relation(name);
  if (found.is !== "present") return undefined;
  return (end) => {
    const relation = laterRelation(end, found.value);
    return relation === undefined || !isLeft(relation);
  };
}

/** The same for a finding about the foreign key of these columns. */
export function keyRepaired(
  now: Schema,
  table: QualifiedName,
  columns: readonly string[],
  isLeft: (key: ForeignKey, table: Relation, later: Schema) => boolean,
): ((later: Schema) => boolean) | undefined {
  const found = now.relation(table);
  const constraints = found.is === "present" ? found.value.constraints : [];
  const made = constraints.findLast(
    (one): one is ForeignKey => one.kind === "foreign key" && one.columns.join() === columns.join(),
  );
  if (made === undefined) return undefined;
  const { name, origin } = made;
  return (later) =>
    !laterForeignKeys(later, origin).some((one) => one.key.name === name && isLeft(one.key, one.table, later));
}

/** The same for a finding about a CHECK, which is named as at the end of its migration. */
export function checkRepaired(
  { table, expression }: AddCheck,
  now: Schema,
  end: Schema,
): ((later: Schema) => boolean) | undefined {
  const checksIn = (schema: Schema) => {
    const found = schema.relation(table);
    return found.is === "present" ? found.value.constraints.filter(({ kind }) => kind === "check") : [];
  };
  const made = checksIn(now).find((one) => one.kind === "check" && one.expression.text === expression.text);
  // Checks of one statement have one origin; none of these has the name that a later statement gives.
  const others = new Set(checksIn(end).flatMap(({ name }) => (name === made?.name ? [] : [name])));
  return relationRepaired(
    now,
    table,
    ({ constraints }) =>
      made === undefined ||
      constraints.some(
        ({ kind, name, origin }) =>
          kind === "check" && !others.has(name) && sameOrigin(origin, made.origin),
      ),
  );
}

/** A foreign key that the server passes over: something else makes it later, or drops its table or columns. */
export function keyMadeLater(
  { table, columns }: AddForeignKey,
  now: Schema,
): ((later: Schema) => boolean) | undefined {
  const names = columns.map(({ text }) => text);
  const keysOf = ({ constraints }: Relation) =>
    constraints.filter((one) => one.kind === "foreign key" && one.columns.join() === names.join());
  const found = now.relation(table);
  const own = found.is === "present" ? keysOf(found.value) : [];
  return relationRepaired(
    now,
    table,
    (its) =>
      names.every((name) => its.columns.some((one) => one.name === name)) &&
      keysOf(its).every(({ origin }) => own.some((one) => sameOrigin(one.origin, origin))),
  );
}
