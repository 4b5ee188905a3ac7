/**
 * What one schema has and another hasn't: names and definitions, object by object. The order of columns, tombstones,
 * comments, rows, origins and whether a constraint is validated don't count, and what either side doesn't know never differs.
 */
import type { SchemaDialect } from "./dialect.ts";
import type { Expression } from "../model/expression.ts";
import type { Named } from "../model/name-rules.ts";
import { bareType, sameType, typeText, type ColumnType } from "../model/types.ts";
import type { Key } from "../model/names.ts";
import { displayName, spelled, splitKey } from "./dependents.ts";
import { changedText, normalise, normaliseOfRow, normaliseValue } from "./expression-text.ts";
import type { Column, Constraint, Difference, Index, Relation, Routine, Tri, UserType } from "./model.ts";
import { sameOrigin } from "./later.ts";
import { changedKeys, has } from "./persistent.ts";
import { stateOf, type Schema } from "./schema.ts";
import { relationTag, routineTag, typeTag } from "./state.ts";
import { viewDetail } from "./view-diff.ts";

/**
 * Sorted by text. `missing`: `expected` has it and `actual` hasn't; `extra`: the other way round. `between` is a schema
 * on the way from the one to the other: what isn't there and comes back later was there before it went.
 */
export function diff(expected: Schema, actual: Schema, between?: Schema): readonly Difference[] {
  const list: Difference[] = [];
  const left = stateOf(expected);
  const right = stateOf(actual);
  if (left === right) return list;
  const found: Found = { dialect: left.dialect, push: (one) => list.push(one) };
  for (const key of changedKeys(left.relations, right.relations)) {
    const there = expected.relation(key);
    const here = actual.relation(key);
    if (there.is === "present" && here.is === "present") {
      if (there.value !== here.value) relationDiff(there.value, here.value, found, { expected, actual, between });
    } else if (there.is === "present" && here.is === "absent") {
      if (!isDisproved(there.value, expected, between)) report(found, "missing", there.value);
    }
    // One that a failing statement speaks of was made by nobody.
    else if (here.is === "present" && there.is === "absent") {
      if (here.value.origin !== undefined) report(found, "extra", here.value);
    }
    // Nothing is known of the other side, yet the schema began empty: the history alone makes relations.
    else if (there.is === "present" && here.is === "unknown" && surelyGone(there.value, actual))
      report(found, "missing", there.value);
    else if (
      here.is === "present" &&
      there.is === "unknown" &&
      surelyGone(here.value, expected) &&
      !has(right.met, relationTag(key)) &&
      between?.relation(key).is !== "absent"
    )
      report(found, "extra", here.value);
  }
  indexDiff(expected, actual, found);
  typeDiff(expected, actual, found, between);
  routineDiff(expected, actual, found);
  for (const name of changedKeys(left.namespaces, right.namespaces))
    if (expected.namespace(name) === "yes" && actual.namespace(name) === "no")
      found.push(difference("missing", "schema", expected.spell(name)));
    else if (expected.namespace(name) !== "yes" && actual.namespace(name) === "yes")
      found.push(difference("extra", "schema", expected.spell(name)));
  return list.sort((a, b) => compare(a.text, b.text) || compare(a.change, b.change));
}

/** What differs so far, named as people of that database write. */
interface Found {
  readonly dialect: SchemaDialect;
  push(one: Difference): unknown;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const difference = (
  change: Difference["change"],
  object: string,
  name: string,
  detail?: string,
  table?: Key,
): Difference => ({ change, object, text: `${object} ${name}`, detail, table });

const shown = (found: Found, relation: Relation): string => displayName(found, relation.schema, relation);

/**
 * It was only known from statements that use it, or from one that may not have run, and a CREATE without IF NOT EXISTS
 * shows that it wasn't there.
 */
function isDisproved({ key, origin }: Relation, expected: Schema, between: Schema | undefined): boolean {
  const later = between?.relation(key);
  if (later?.is !== "present" || later.value.origin === undefined) return false;
  const isSure = origin !== undefined && !has(stateOf(expected).maybe, relationTag(key));
  return !isSure && !sameOrigin(later.value.origin, origin);
}

function report(found: Found, change: "missing" | "extra", relation: Relation): void {
  // A sequence of a column goes and comes with it.
  if (relation.ownedBy === undefined) found.push(difference(change, relation.kind, shown(found, relation), undefined, relation.key));
}

/**
 * `relation` was made by the history and the other schema has never heard of it: one schema is the other plus some
 * statements, so the other lacks it, unless something doubtful happened to its name.
 */
function surelyGone(relation: Relation, other: Schema): boolean {
  const { doubted } = stateOf(other);
  return relation.origin !== undefined && !has(doubted, relationTag(relation.key));
}

interface Schemas {
  readonly expected: Schema;
  readonly actual: Schema;
  readonly between: Schema | undefined;
}

function relationDiff(expected: Relation, actual: Relation, found: Found, schemas: Schemas): void {
  const { between } = schemas;
  const name = shown(found, expected);
  const changed = (detail: string): void => void found.push(difference("changed", expected.kind, name, detail, expected.key));
  if (expected.kind !== actual.kind) {
    changed(`${actual.kind} instead of ${expected.kind}`);
    return;
  }
  if (expected.unlogged !== actual.unlogged) changed(actual.unlogged ? "unlogged" : "not unlogged");
  if (expected.rowSecurity.enabled !== actual.rowSecurity.enabled)
    changed(`row level security is ${actual.rowSecurity.enabled ? "on" : "off"}`);
  if (expected.partitionOf?.parent !== actual.partitionOf?.parent)
    changed(`partition of ${actual.partitionOf?.parent ?? "nothing"} instead of ${expected.partitionOf?.parent ?? "nothing"}`);
  if (!sameNames(expected.parents, actual.parents)) changed("inherits from other tables");
  if (expected.kind === "view" || expected.kind === "materialized view") {
    const detail = viewDetail(expected, actual, schemas);
    if (detail !== undefined) changed(detail);
  }
  columnsDiff(expected, actual, found, between);
  if (!expected.complete && between !== undefined) addedColumns(expected, actual, found, between);
  constraintsDiff(expected, actual, found);
  membersDiff("trigger", expected.triggers, actual.triggers, expected, actual, found, (a, b) => [
    a.function === b.function ? undefined : `calls ${b.function ?? "nothing"} instead of ${a.function ?? "nothing"}`,
    normalise(a.body ?? "") === normalise(b.body ?? "") ? undefined : "another body",
    a.timing === b.timing && sameNames(a.events.toSorted(), b.events.toSorted()) ? undefined : "fires at another time",
    sameNames(a.updateOf, b.updateOf) ? undefined : "fires on other columns",
    expressionDiff("condition", a.when, b.when),
  ]);
  membersDiff("policy", expected.policies, actual.policies, expected, actual, found, (a, b) => [
    expressionDiff("using", a.using, b.using),
    expressionDiff("with check", a.withCheck, b.withCheck),
  ]);
}

/** `orElse`: see `Constraint`. */
type Member = Named & { readonly orElse?: string | undefined };

/** Lists by name; a side that isn't complete may hold more than it says. */
function membersDiff<T extends Member>(
  object: string,
  expected: readonly T[],
  actual: readonly T[],
  left: Relation,
  right: Relation,
  found: Found,
  details: (a: T, b: T) => readonly (string | undefined)[],
  marks: (a: T, b: T, detail: string) => Partial<Difference> = () => ({}),
): void {
  const named = (member: T): string =>
    object === "column"
      ? `${shown(found, left)}.${spelled(found, member)}`
      : `${spelled(found, member)} of ${shown(found, left)}`;
  const others = new Map(actual.map((b) => [b.name, b]));
  const isAlike = (a: T, b: T): boolean => a.name !== b.name && details(a, b).every((detail) => detail === undefined);
  const alikeIn = (one: T, all: readonly T[]): Pick<Difference, "onlyName"> =>
    object === "constraint" && all.some((other) => isAlike(other, one)) ? { onlyName: true } : {};
  for (const a of expected) {
    const b = others.get(a.name) ?? others.get(a.orElse ?? a.name);
    if (b === undefined) {
      if (right.complete || isDropped(right, object, a.name)) found.push({ ...difference("missing", object, named(a), undefined, left.key), ...alikeIn(a, actual) });
    } else
      for (const detail of details(a, b))
        if (detail !== undefined)
          found.push({ ...difference("changed", object, named(a), detail, left.key), ...marks(a, b, detail) });
  }
  const mine = new Set(expected.flatMap((a) => [a.name, a.orElse ?? a.name]));
  for (const b of actual)
    if (!mine.has(b.name) && (left.complete || isDropped(left, object, b.name)))
      found.push({ ...difference("extra", object, named(b), undefined, left.key), ...alikeIn(b, expected) });
}

const isDropped = (relation: Relation, object: string, name: string): boolean =>
  (object === "column" ? relation.droppedColumns : object === "constraint" ? relation.droppedConstraints : []).some(
    (d) => d.name === name,
  );

/** A rollback makes a primary key again that isn't known (EXECUTE has made it): its columns were NOT NULL. */
function mayHaveBeenKey(left: Relation, right: Relation, column: Column): boolean {
  if (left.complete || column.notNull !== "no") return false;
  const keyOf = ({ constraints }: Relation): Constraint | undefined =>
    constraints.find(({ kind }) => kind === "primary key");
  const key = keyOf(right);
  return keyOf(left) === undefined && key?.kind === "primary key" && key.columns.includes(column.name);
}

const lacks = (what: string): string => `no ${what}`;
const inPlaceOfNone = "instead of none";

const columnsDiff = (left: Relation, right: Relation, found: Found, between: Schema | undefined): void => {
  const details = (a: Column, b: Column): readonly (string | undefined)[] =>
    columnDetails(
      alike(found, mayHaveBeenKey(left, right, a) ? { ...a, notNull: "unknown" } : a),
      alike(found, b),
    );
  const keyBetween = (): readonly string[] => {
    const met = between?.relation(right.key);
    const key = met?.is === "present" ? met.value.constraints.find(({ kind }) => kind === "primary key") : undefined;
    return key?.kind === "primary key" ? key.columns : [];
  };
  membersDiff("column", left.columns, right.columns, left, right, found, details, (a, b, detail) => {
    if (detail === lacks("NOT NULL"))
      return left.origin === right.origin && a.origin !== b.origin && isWithoutValue(a) ? { lostNotNull: true } : {};
    // Rows that are there need a value.
    if (detail === `DEFAULT ${inPlaceOfNone}`)
      return left.origin === right.origin && a.origin !== b.origin && isRequired(a) && b.notNull === "yes" ? { filledByDefault: true } : {};
    return detail === `NOT NULL ${inPlaceOfNone}` && keyBetween().includes(b.name) ? { keptNotNull: true } : {};
  });
};

const alike = ({ dialect }: Found, column: Column): Column =>
  column.type === undefined
    ? column
    : { ...column, type: { ...column.type, modifiers: dialect.schema.modifiers(column.type) } };

const isRequired = (column: Column): boolean => column.notNull === "yes" && isWithoutValue(column);

const isWithoutValue = ({ hasDefault, identity, generated }: Column): boolean =>
  hasDefault === "no" && identity === undefined && generated === undefined;

/** Of a table that isn't known as a whole: columns that were added on the way and are still there. */
function addedColumns(left: Relation, right: Relation, found: Found, between: Schema): void {
  for (const column of right.columns) {
    const { name, origin, type, notNull, hasDefault } = column;
    const added = between.column(right.key, name);
    if (added.is !== "present" || added.value.origin !== origin || column.learned === true) continue;
    if (type === undefined || notNull === "unknown" || hasDefault === "unknown") continue;
    if (left.columns.some((other) => other.name === name) || isDropped(left, "column", name)) continue;
    found.push(difference("extra", "column", `${shown(found, left)}.${spelled(found, column)}`, undefined, left.key));
  }
}

export function columnDetails(a: Column, b: Column): readonly (string | undefined)[] {
  if (a === b) return [];
  return [
    a.type !== undefined && b.type !== undefined && !sameType(a.type, b.type)
      ? `type: ${b.type.text} instead of ${a.type.text}`
      : undefined,
    triDiff(a.notNull, b.notNull, "NOT NULL"),
    // MariaDB takes one for a generated column, and neither uses nor prints it.
    a.generated !== undefined && b.generated !== undefined ? undefined : triDiff(a.hasDefault, b.hasDefault, "DEFAULT"),
    a.hasDefault === "yes" && b.hasDefault === "yes" && !(a.serial && b.serial) ? expressionDiff("default", a.default, b.default, b.type) : undefined,
    a.type !== undefined && b.type !== undefined && a.identity !== b.identity
      ? `identity: ${b.identity ?? "none"} instead of ${a.identity ?? "none"}`
      : undefined,
    expressionDiff("generated", a.generated?.expression, b.generated?.expression),
    a.collation !== undefined && b.collation !== undefined && a.collation !== b.collation
      ? `collation: ${b.collation} instead of ${a.collation}`
      : undefined,
  ];
}

function triDiff(a: Tri, b: Tri, what: string): string | undefined {
  if (a === "unknown" || b === "unknown" || a === b) return undefined;
  return b === "yes" ? `${what} ${inPlaceOfNone}` : lacks(what);
}

/** @param type of the column, for its default */
function expressionDiff(what: string, a: Expression | undefined, b: Expression | undefined, type?: ColumnType): string | undefined {
  if (a === undefined || b === undefined) {
    if (a === b || what === "default") return undefined;
    return b === undefined ? lacks(what) : `${what}: ${b.text} instead of none`;
  }
  const [before, after] = [a, b].map((one) => {
    if (what === "default") return normaliseValue(one.text, type);
    // NEW and OLD are no names of the table.
    return what === "condition" ? normalise(one.text) : normaliseOfRow(one);
  });
  return before === after ? undefined : changedText(what, a.text, b.text);
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

const constraintsDiff = (left: Relation, right: Relation, found: Found): void => {
  // A NOT NULL differs as its column does. On MariaDB a check and a key may have one name.
  const checks = ({ kind }: Constraint): boolean => kind === "check";
  const keys = ({ kind }: Constraint): boolean => kind !== "check" && kind !== "not null";
  const groups = found.dialect.isMariaDb ? [checks, keys] : [(one: Constraint) => checks(one) || keys(one)];
  for (const of of groups)
    membersDiff("constraint", left.constraints.filter(of), right.constraints.filter(of), left, right, found, constraintDetails, (_, __, detail) =>
      detail.startsWith("on update: ") ? { harmless: true } : {},
    );
};

export function constraintDetails(a: Constraint, b: Constraint): readonly (string | undefined)[] {
  if (a === b) return [];
  if (a.kind !== b.kind) return [`${b.kind} instead of ${a.kind}`];
  const details = [
    a.enforced === b.enforced ? undefined : b.enforced ? "enforced" : "not enforced",
  ];
  if (a.kind === "check" && b.kind === "check")
    details.push(expressionDiff("expression", a.expression, b.expression));
  if ("columns" in a && "columns" in b && !sameNames(a.columns, b.columns))
    details.push(`columns: ${b.columns.join(", ")} instead of ${a.columns.join(", ")}`);
  if (a.kind === "foreign key" && b.kind === "foreign key") {
    if (a.references !== b.references) details.push(`references ${b.references} instead of ${a.references}`);
    const known = a.referencedColumns.length > 0 && b.referencedColumns.length > 0;
    if (known && !sameNames(a.referencedColumns, b.referencedColumns))
      details.push(
        `references columns: ${b.referencedColumns.join(", ")} instead of ${a.referencedColumns.join(", ")}`,
      );
    details.push(actionDiff("on delete", a.onDelete, b.onDelete), actionDiff("on update", a.onUpdate, b.onUpdate));
  }
  return details;
}

function actionDiff(what: string, a = "no action", b = "no action"): string | undefined {
  return a === b ? undefined : `${what}: ${b} instead of ${a}`;
}

function indexDiff(expected: Schema, actual: Schema, found: Found): void {
  const left = stateOf(expected).indexes;
  const right = stateOf(actual).indexes;
  const lone: { readonly index: Index; readonly name: string; readonly change: "missing" | "extra" }[] = [];
  for (const key of changedKeys(left, right)) {
    const there = expected.index(key);
    const here = actual.index(key);
    const a = there.is === "present" ? there.value : undefined;
    const b = here.is === "present" ? here.value : undefined;
    const one = a ?? b;
    if (one === undefined || a === b) continue;
    const name =
      found.dialect.names.indexesInSchema
        ? displayName(found, one.schema, one)
        : `${spelled(found, one)} of ${displayName(found, ...splitKey(one.table))}`;
    if (a !== undefined && b !== undefined) {
      for (const detail of indexDetails(a, b)) found.push(difference("changed", "index", name, detail, a.table));
      continue;
    }
    // That of a constraint differs as the constraint does, and those of a table that is missing go with it.
    if (one.constraint !== undefined) continue;
    const other = a === undefined ? expected : actual;
    const table = other.relation(one.table);
    if (table.is !== "present") continue;
    const absent = (a === undefined ? there : here).is === "absent" || table.value.complete;
    if (absent) lone.push({ index: one, name, change: a === undefined ? "extra" : "missing" });
  }
  for (const { index, name, change } of lone) {
    const isReplaced = lone.some((other) => other.change !== change && replaces(other.index, index));
    const isNamed = lone.some((other) => other.change !== change && indexDetails(other.index, index).length === 0);
    const onlyName = isNamed ? (true as const) : undefined;
    if (!isReplaced) found.push({ ...difference(change, "index", name, undefined, index.table), onlyName });
  }
}

/** The server makes one for a foreign key only where there is none: another over its columns is as good. */
const replaces = (a: Index, b: Index): boolean =>
  (a.implicit === true || b.implicit === true) &&
  a.table === b.table &&
  a.unique === b.unique &&
  elements(a, normalise) === elements(b, normalise);

export function indexDetails(a: Index, b: Index): readonly string[] {
  const details = [
    a.table === b.table ? undefined : `on ${b.table} instead of ${a.table}`,
    a.unique === b.unique ? undefined : b.unique ? "unique" : "not unique",
    a.method === b.method ? undefined : `method: ${b.method} instead of ${a.method}`,
    a.elements.length === 0 || b.elements.length === 0 || elements(a, normalise) === elements(b, normalise)
      ? undefined
      : `elements: ${elements(b, asWritten)} instead of ${elements(a, asWritten)}`,
    sameNames(a.include, b.include) ? undefined : "includes other columns",
    expressionDiff("predicate", a.where, b.where),
    a.valid === b.valid ? undefined : b.valid ? "valid" : "invalid",
  ];
  return details.filter((detail) => detail !== undefined);
}

/** Operator classes that a column of the type has anyway (manual, section 11.10). */
const defaultClasses: ReadonlySet<string> = new Set(
  (
    "array bit bool bpchar bytea char cidr date enum float4 float8 inet int2 int4 int8 interval jsonb macaddr money " +
    "name numeric oid range record text time timestamp timestamptz timetz tsvector uuid varbit varchar"
  )
    .split(" ")
    .map((type) => `${type}_ops`),
);

const asWritten = (text: string): string => text;

const elements = (index: Index, write: (text: string) => string): string =>
  index.elements
    .map((e) =>
      [
        e.column ?? `(${write(e.expression?.text ?? "")})`,
        e.collation,
        e.operatorClass === undefined || defaultClasses.has(e.operatorClass) ? undefined : e.operatorClass,
        e.descending ? "desc" : undefined,
        e.nullsFirst === undefined || e.nullsFirst === e.descending
          ? undefined
          : e.nullsFirst
            ? "nulls first"
            : "nulls last",
      ]
        .filter((part) => part !== undefined)
        .join(" "),
    )
    .join(", ");

/** `between`: of a rollback, which can't take a label away from an enum. */
function typeDiff(expected: Schema, actual: Schema, found: Found, between: Schema | undefined): void {
  const undone = between !== undefined;
  // A statement dropped or used it: it was there before, and nobody knows what it was.
  const wasThere = (key: string): boolean => {
    const met = between?.type(key);
    return has(stateOf(actual).met, typeTag(key)) || (met?.is === "present" && !met.value.complete);
  };
  for (const key of changedKeys(stateOf(expected).types, stateOf(actual).types)) {
    const there = expected.type(key);
    const here = actual.type(key);
    if (there.is === "present" && here.is === "present") {
      if (there.value !== here.value)
        for (const detail of typeDetails(there.value, here.value, undone))
          found.push(difference("changed", "type", displayName(found, there.value.schema, there.value.name), detail));
    } else if (there.is === "present" && (here.is === "absent" || there.value.complete))
      found.push(difference("missing", "type", displayName(found, there.value.schema, there.value.name)));
    else if (here.is === "present" && (there.is === "absent" || (here.value.complete && !wasThere(key))))
      found.push(difference("extra", "type", displayName(found, here.value.schema, here.value.name)));
  }
}

export function typeDetails(a: UserType, b: UserType, undone: boolean): readonly string[] {
  const details: (string | undefined)[] = [];
  if (a.form !== b.form) details.push(`${b.form} instead of ${a.form}`);
  if (a.complete && b.complete) {
    const labels = (type: UserType): string => type.labels.map((l) => `'${l.label}'`).join(", ");
    const kept = undone && a.labels.every(({ label }) => b.labels.some((other) => other.label === label));
    if (labels(a) !== labels(b) && !kept) details.push(`labels: ${labels(b)} instead of ${labels(a)}`);
    const attributes = (type: UserType): string => type.attributes.map((t) => `${t.name} ${t.type.text}`).join(", ");
    const isSame = a.attributes.every(({ name, type }, at) => {
      const other = b.attributes[at];
      return name === other?.name && sameType(type, other.type);
    });
    if (!isSame || a.attributes.length !== b.attributes.length)
      details.push(`attributes: ${attributes(b)} instead of ${attributes(a)}`);
    if (a.notNull !== b.notNull) details.push(b.notNull ? "NOT NULL instead of none" : lacks("NOT NULL"));
    const checks = (type: UserType): string =>
      type.checks
        .map((c) => `${c.name} ${normalise(c.expression.text)}`)
        .sort()
        .join(", ");
    if (checks(a) !== checks(b)) details.push("other checks");
  }
  if (a.base !== undefined && b.base !== undefined && !sameType(a.base, b.base))
    details.push(`type: ${b.base.text} instead of ${a.base.text}`);
  return details.filter((detail) => detail !== undefined);
}

function routineDiff(expected: Schema, actual: Schema, found: Found): void {
  for (const key of changedKeys(stateOf(expected).routines, stateOf(actual).routines)) {
    const there = expected.routines(key);
    const here = actual.routines(key);
    const left = bySignature(found, there.is === "present" ? there.value : []);
    const right = bySignature(found, here.is === "present" ? here.value : []);
    for (const [name, a] of left) {
      const b = right.get(name);
      if (b === undefined) found.push(difference("missing", kindOf(a), name));
      else if (a !== b && body(a) !== body(b)) found.push(difference("changed", kindOf(a), name, "other definition"));
    }
    const wasThere = there.is === "unknown" && has(stateOf(actual).met, routineTag(key));
    for (const [name, b] of right) {
      if (left.has(name) || wasThere || b.definition.byTool === true) continue;
      const replaced = b.definition.orReplace ? ({ replaced: true } as const) : {};
      found.push({ ...difference("extra", kindOf(b), name), ...replaced });
    }
  }
}

const kindOf = (routine: Routine): string => (routine.definition.procedure ? "procedure" : "function");

function bySignature(found: Found, routines: readonly Routine[]): ReadonlyMap<string, Routine> {
  return new Map(
    routines.map((r) => {
      const inputs = r.definition.parameters.filter((p) => p.mode !== "out" && p.mode !== "table");
      return [`${displayName(found, r.schema, r.name)}(${inputs.map((p) => typeText(bareType(p.type))).join(", ")})`, r];
    }),
  );
}

export const body = ({ definition: d }: Routine): string =>
  JSON.stringify([
    d.language,
    d.volatility,
    d.securityDefiner,
    d.returns && typeText(bareType(d.returns)),
    [...d.settings].sort(),
    normalise(d.body?.text ?? ""),
  ]);
