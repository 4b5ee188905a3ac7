/** A schema that another source describes, with every part that is the same as the history's taken from the history. */
import { usualOptions } from "../model/engines.ts";
import type { Expression } from "../model/expression.ts";
import { normalise } from "../schema/expression-text.ts";
import { body, columnDetails, constraintDetails, indexDetails, typeDetails } from "../schema/diff.ts";
import type { Column, Constraint, Index, Policy, Relation, Routine, Trigger } from "../schema/model.ts";
import { emptyMap, get, has, keys, remove, set, values } from "../schema/persistent.ts";
import { schemaOf, stateOf, type Schema } from "../schema/schema.ts";
import { indexTag } from "../schema/state.ts";
import { typeText } from "../model/types.ts";
import { inSeconds, inUnits, isSameMoment } from "./same-times.ts";

export interface Aligned {
  readonly schema: Schema;
  /** Views and functions whose query may be the same, written otherwise: nobody can tell. */
  readonly unsure: readonly string[];
  /** Tables of which the history doesn't say what they hold: statements that change them may not have run. */
  readonly doubtful: readonly string[];
  /** Tables that the history gives no character set, and that have another than most of those. */
  readonly otherCharset: readonly Relation[];
}

/**
 * `other` as a dump writes it, beside `history`: what both hold alike is one value in both. What the history doesn't know
 * anything of is left out, and so are its tool's tables. `canonical`: the database's own, as its front end has it.
 */
export function aligned(other: Schema, history: Schema, canonical?: Canonical): Aligned {
  const isSameText = textsBy(canonical);
  const state = stateOf(other);
  const own = stateOf(history);
  const unsure: string[] = [];
  let { relations, indexes, types, routines, namespaces } = state;
  const doubtful = doubtfulIn(history, (key) => has(state.relations, key));
  const isOurs = (key: string): boolean => history.relation(key).is === "unknown" || doubtful.has(key);
  for (const relation of values(state.relations)) {
    const there = history.relation(relation.key);
    if (isOurs(relation.key) || isOfUnknown(relation, isOurs)) relations = remove(relations, relation.key);
    else if (there.is === "present") {
      const merged = alike(there.value, relation, { isSameText, isMysql: !other.dialect.viewsHold });
      if (merged === "unsure") unsure.push(relation.key);
      relations = set(relations, relation.key, merged === "unsure" ? there.value : merged);
    }
  }
  for (const key of keys(state.indexes)) {
    const found = get(state.indexes, key);
    const there = get(own.indexes, key);
    if (found === undefined) continue;
    if (isOurs(found.table)) indexes = remove(indexes, key);
    else if (there !== undefined && isSameIndex(there, found, isSameText)) indexes = set(indexes, key, there);
  }
  for (const key of doubtful) {
    const there = get(own.relations, key);
    if (there !== undefined) relations = set(relations, key, there);
  }
  for (const key of keys(own.indexes)) {
    const there = get(own.indexes, key);
    if (there !== undefined && doubtful.has(there.table)) indexes = set(indexes, key, there);
  }
  for (const key of keys(state.types)) {
    const [found, there] = [get(state.types, key), history.type(key)];
    if (found === undefined || there.is === "unknown") types = remove(types, key);
    else if (
      there.is === "present" &&
      (!there.value.complete || typeDetails(there.value, found, false).length === 0)
    )
      types = set(types, key, there.value);
  }
  for (const key of keys(state.routines)) {
    const [found = [], there] = [get(state.routines, key), history.routines(key)];
    if (there.is === "unknown") routines = remove(routines, key);
    else if (there.is === "present")
      routines = set(
        routines,
        key,
        sameRoutines(there.value, found, isSameText, () => unsure.push(key)),
      );
  }
  for (const name of keys(state.namespaces))
    if (history.namespace(name) === "unknown") namespaces = remove(namespaces, name);
  const members = { doubted: emptyMap<true>(), maybe: emptyMap<true>(), members: emptyMap<never>() };
  const merged = { ...state, ...members, relations, indexes, types, routines, namespaces };
  return {
    schema: schemaOf({ ...merged, whole: true, closed: true }),
    unsure,
    doubtful: [...doubtful],
    otherCharset: otherCharset(other, history),
  };
}

/** Tables with what may be there or not, by a statement that may not have run; one that such a statement made counts where it isn't there. */
function doubtfulIn(history: Schema, isThere: (key: string) => boolean): ReadonlySet<string> {
  const { members, maybe, doubted, relations, indexes } = stateOf(history);
  const found = new Set<string>();
  for (const { key } of values(relations))
    if ((get(members, key)?.size ?? 0) > 0 || (!history.certain(key) && !isThere(key))) found.add(key);
  for (const key of keys(indexes)) {
    const tag = indexTag(key);
    const table = get(indexes, key)?.table;
    if (table !== undefined && (has(maybe, tag) || has(doubted, tag))) found.add(table);
  }
  return found;
}

/** A sequence of a table that the history says nothing of. */
const isOfUnknown = ({ ownedBy }: Relation, isUnknown: (key: string) => boolean): boolean =>
  ownedBy !== undefined && isUnknown(ownedBy.table);

type Canonical = (text: string) => string | undefined;
type IsSameText = (a: string, b: string) => boolean;

interface Ways {
  readonly isSameText: IsSameText;
  readonly isMysql: boolean;
}

function alike(history: Relation, other: Relation, ways: Ways): Relation | "unsure" {
  const { isSameText } = ways;
  if (history.kind !== other.kind) return other;
  if (history.kind === "sequence") return history;
  if (history.kind === "view" || history.kind === "materialized view")
    return alikeView(history, other, isSameText);
  const columns = other.columns.map((column) => {
    const there = history.columns.find(({ name }) => name === column.name);
    return there !== undefined && isSameColumn(there, column, isSameText) ? there : column;
  });
  const isSame = (a: Constraint, b: Constraint): boolean =>
    nameOf(a) === nameOf(b) &&
    constraintDetails(a, alikeConstraint(a, b, ways)).every((one) => one === undefined) &&
    a.deferrable === b.deferrable;
  return {
    ...other,
    columns,
    constraints: take(
      history.constraints,
      other.constraints.filter((one) => !isOfJson(one, history)),
      isSame,
    ),
    triggers: take(history.triggers, other.triggers, (a, b) => isSameTrigger(a, b, isSameText)),
    policies: take(history.policies, other.policies, (a, b) => isSamePolicy(a, b, isSameText)),
    tableOptions: alikeOptions(history, other),
    // A dump states all of these, a history only what it changes.
    owner: history.owner,
    accessMethod: history.accessMethod,
    partitionBy: isSameKey(history, other) ? history.partitionBy : other.partitionBy,
    partitionOf:
      history.partitionOf?.parent === other.partitionOf?.parent ? history.partitionOf : other.partitionOf,
    comment: history.comment?.text === other.comment?.text ? history.comment : other.comment,
    origin: history.origin,
    complete: true,
  };
}

/** MariaDB's check of a column keeps the column's old name, which no dump shows. */
const nameOf = (one: Constraint): string => (one.kind === "check" ? one.ofColumn : undefined) ?? one.name;

const isOfJson = (one: Constraint, { columns }: Relation): boolean =>
  one.kind === "check" &&
  one.ofColumn !== undefined &&
  /^\s*\(?json_valid\b/i.test(one.expression.text) &&
  columns.some(({ name, type }) => name === one.ofColumn && type?.name === "json");

/** Those of the history that are the same, in their place. */
const take = <T>(history: readonly T[], other: readonly T[], isSame: (a: T, b: T) => boolean): readonly T[] =>
  other.map((one) => history.find((there) => isSame(there, one)) ?? one);

/** The server writes queries anew, so that only what it reads can be compared, and what it gives. */
function alikeView(history: Relation, other: Relation, isSameText: IsSameText): Relation | "unsure" {
  const reads = ({ query }: Relation): string =>
    [...new Set((query?.relations ?? []).map(({ schema = "public", name }) => `${schema}.${name}`))]
      .sort()
      .join();
  const gives = ({ columns }: Relation): string => columns.map(({ name }) => name).join();
  const isSame = reads(history) === reads(other) && (!history.complete || gives(history) === gives(other));
  if (!isSame) return other;
  return isSameText(history.definition ?? "", other.definition ?? "") ? history : "unsure";
}

/** Written alike, or the same to the database's own parser. */
const textsBy =
  (own: Canonical | undefined): IsSameText =>
  (a, b) => {
    const [one, other] = [canonical(a), canonical(b)];
    if (inSeconds(one) === inSeconds(other) || isSameMoment(one, other)) return true;
    if (/\binterval\b/i.test(`${a} ${b}`) && spans(one) === spans(other)) return true;
    if (/::"?bit\b/.test(`${a} ${b}`) && bits(a) === bits(b)) return true;
    const text = own?.(a);
    return text !== undefined && text === own?.(b);
  };

/** With intervals in units; `interval '1' day` has lost its first word. */
const spans = (text: string): string =>
  text.replace(/^(\d+) (year|month|day|hour|minute|second)$/, "'$1 $2'").replace(/'[^']+'/g, inUnits);

const bits = (text: string): string | undefined => /^b?'([01]+)'(?:::.*)?$/i.exec(text.trim())?.[1] ?? text;

/** What servers make of a text: operators for words, plain literals for typed and quoted ones. */
const canonical = (text: string): string =>
  normalise(text)
    .replace(/\b(?:interval|date|timestamptz|numeric|time(?:stamp)?(?: with(?:out)? time zone)?) (?=')/g, "")
    .replace(/'(-?\d+(?:\.\d+)?)'/g, "$1")
    .replace(/^- (?=\d)/, "-")
    .replace(/^(?:'t'|'true'|true)$/, "1")
    .replace(/^(?:'f'|'false'|false)$/, "0")
    .replace(/^b 0*(?=\d)/, "b ")
    .replace(/(\S+) between (\S+) and (\S+)/g, "$1 > = $2 and $1 < = $3")
    .replace(/\bnot ilike\b/g, "! ~ ~ *")
    .replace(/\bnot like\b/g, "! ~ ~")
    .replace(/\bilike\b/g, "~ ~ *")
    .replace(/\blike\b/g, "~ ~");

/** The one expression, where the other is only written otherwise. */
const alikeText = <E extends Expression | undefined>(a: E, b: E, isSameText: IsSameText): E =>
  a !== undefined && b !== undefined && isSameText(a.text, b.text) ? a : b;

/** A `timestamp NOT NULL` has the zero date as its default, which a dump writes; on MariaDB all that is ON UPDATE. */
const isZeroDate = ({ type, default: value, mysql }: Column): boolean =>
  (type?.name === "timestamp" || mysql?.onUpdate !== undefined) &&
  /^'0000-00-00 00:00:00(?:\.0+)?'$/.test(value?.text.trim() ?? "");

const alikeColumn = (a: Column, b: Column, isSameText: IsSameText): Column => ({
  ...b,
  ...(a.hasDefault === "no" && isZeroDate(b) ? { hasDefault: "no", default: undefined } : {}),
  // MariaDB keeps JSON as a text that it checks.
  type: a.type?.name === "json" && b.type?.name === "longtext" ? a.type : b.type,
  collation:
    a.type?.name === "json" || inFull(a.collation ?? "") === inFull(b.collation ?? "")
      ? a.collation
      : b.collation,
  ...(a.hasDefault !== "no" && { default: alikeText(a.default, b.default, isSameText) }),
  generated: b.generated && {
    ...b.generated,
    expression:
      alikeText(a.generated?.expression, b.generated.expression, isSameText) ?? b.generated.expression,
  },
});

function alikeConstraint(a: Constraint, b: Constraint, { isMysql, isSameText }: Ways): Constraint {
  if (a.kind === "check" && b.kind === "check")
    return { ...b, expression: alikeText(a.expression, b.expression, isSameText) };
  if (!isMysql || a.kind !== "foreign key" || b.kind !== "foreign key") return b;
  // There both check at once.
  const action = (ours: string | undefined, theirs: string | undefined): string | undefined =>
    [ours, theirs].every((one = "restrict") => /^(?:restrict|no action)$/.test(one)) ? ours : theirs;
  return { ...b, onDelete: action(a.onDelete, b.onDelete), onUpdate: action(a.onUpdate, b.onUpdate) };
}

const alikeIndex = (a: Index, b: Index, isSameText: IsSameText): Index => ({
  ...b,
  where: alikeText(a.where, b.where, isSameText),
  elements: b.elements.map((one, at) => {
    const own = a.elements[at];
    // A hash has no order; MariaDB makes one of a unique key that is too long.
    const isHash = b.unique && b.mysql?.using === "hash";
    const isSameClass = withoutSchema(own?.operatorClass) === withoutSchema(one.operatorClass);
    return {
      ...one,
      descending: isHash ? (own?.descending ?? false) : one.descending,
      expression: alikeText(own?.expression, one.expression, isSameText),
      operatorClass: isSameClass ? own?.operatorClass : one.operatorClass,
    };
  }),
});

/** A dump names an extension's with its schema. */
const withoutSchema = (name: string | undefined): string | undefined => name?.replace(/^.*\./, "");

const isSameColumn = (a: Column, b: Column, isSameText: IsSameText): boolean =>
  columnDetails(a, alikeColumn(a, b, isSameText)).every((detail) => detail === undefined) &&
  a.comment?.text === b.comment?.text &&
  (a.charset === undefined || b.charset === undefined || inFull(a.charset) === inFull(b.charset)) &&
  (a.mysql?.autoIncrement === true) === (b.mysql?.autoIncrement === true) &&
  (a.mysql?.comment ?? "") === (b.mysql?.comment ?? "") &&
  normalise(a.mysql?.onUpdate?.text ?? "") === normalise(b.mysql?.onUpdate?.text ?? "") &&
  (a.mysql?.visible ?? true) === (b.mysql?.visible ?? true) &&
  a.generated?.stored === b.generated?.stored;

const isSameIndex = (a: Index, b: Index, isSameText: IsSameText): boolean =>
  indexDetails(a, alikeIndex(a, b, isSameText)).length === 0 &&
  (a.mysql?.comment ?? "") === (b.mysql?.comment ?? "") &&
  a.nullsNotDistinct === b.nullsNotDistinct;

const isSameTrigger = (a: Trigger, b: Trigger, isSameText: IsSameText): boolean =>
  a.name === b.name &&
  a.function === b.function &&
  a.timing === b.timing &&
  a.events.toSorted().join() === b.events.toSorted().join() &&
  a.updateOf.join() === b.updateOf.join() &&
  normalise(a.body ?? "") === normalise(b.body ?? "") &&
  isSameText(a.when?.text ?? "", b.when?.text ?? "");

const isSamePolicy = (a: Policy, b: Policy, isSameText: IsSameText): boolean =>
  a.name === b.name &&
  a.command === b.command &&
  a.permissive === b.permissive &&
  rolesOf(a) === rolesOf(b) &&
  isSameText(a.using?.text ?? "", b.using?.text ?? "") &&
  isSameText(a.withCheck?.text ?? "", b.withCheck?.text ?? "");

/** Nobody is named: everybody. */
const rolesOf = ({ roles }: Policy): string => (roles.length === 0 ? ["public"] : roles.toSorted()).join();

const isSameKey = (a: Relation, b: Relation): boolean =>
  a.partitionBy?.strategy === b.partitionBy?.strategy &&
  (a.partitionBy?.columns ?? []).join() === (b.partitionBy?.columns ?? []).join();

/** `utf8` is short for `utf8mb3`, which is what newer servers write. */
const inFull = (charset: string): string => charset.toLowerCase().replace(/^utf8(?=_|$)/, "utf8mb3");

/** Of the table's options those that the history states, and those that a dump leaves out where nobody states them. */
function alikeOptions(
  { tableOptions: ours, complete }: Relation,
  { tableOptions: theirs = {} }: Relation,
): Relation["tableOptions"] {
  if (ours === undefined) return undefined;
  const isUsual = (name: string): boolean => theirs[name] === usualOptions[name];
  const stated = complete ? Object.keys(usualOptions).filter((name) => theirs[name] !== undefined) : [];
  const names = [
    ...Object.keys(ours),
    ...stated.filter((name) => ours[name] === undefined && !isUsual(name)),
  ];
  return Object.fromEntries(
    names.map((name) => {
      const own = ours[name] ?? usualOptions[name] ?? "";
      const other = theirs[name] ?? usualOptions[name] ?? own;
      return [name, inFull(other) === inFull(own) ? own : other];
    }),
  );
}

/** The server gives all tables one where none is written, but nobody knows which. */
function otherCharset(other: Schema, history: Schema): readonly Relation[] {
  const found = new Map<string, Relation[]>();
  for (const relation of other.relations()) {
    const ours = history.relation(relation.key);
    const { charset, collate } = relation.tableOptions ?? {};
    if (ours.is !== "present" || !ours.value.complete || charset === undefined) continue;
    const { tableOptions = {} } = ours.value;
    if ((tableOptions["charset"] ?? tableOptions["collate"]) !== undefined) continue;
    const key = inFull(`${charset} ${collate ?? ""}`);
    found.set(key, [...(found.get(key) ?? []), relation]);
  }
  const [, ...fewer] = [...found.values()].toSorted((a, b) => b.length - a.length);
  return fewer.flat();
}

function sameRoutines(
  history: readonly Routine[],
  other: readonly Routine[],
  isSameText: IsSameText,
  addUnsure: () => void,
): readonly Routine[] {
  const signature = ({ definition }: Routine): string =>
    definition.parameters
      .map(({ mode, type }) => `${mode} ${typeText({ ...type, schema: undefined })}`)
      .join();
  const found = take(history, other, (a, b) => {
    if (signature(a) !== signature(b)) return false;
    if (body(a) === body(b)) return true;
    const alike = alikeResult(a, b, isSameText);
    const isSame = alike !== undefined && body({ ...a, definition: alike.definition }) === body(b);
    if (isSame && alike.isUnsure) addUnsure();
    return isSame;
  });
  const isSame = found.length === history.length && history.every((one) => found.includes(one));
  return isSame ? history : found;
}

/**
 * `RETURN …` and `BEGIN ATOMIC` are no texts to the server, which prints them anew, with the columns that `*` stands for: the
 * one with that of the other, where they mean or may mean the same.
 */
function alikeResult(a: Routine, b: Routine, isSameText: IsSameText) {
  const [own, other] = [a, b].map(({ definition: { atomic, body } }) =>
    atomic ? body?.text.trim().replace(/;$/, "") : undefined,
  );
  if (own === undefined || other === undefined) return undefined;
  const isUnsure = !isSameText(own, other);
  if (isUnsure && !/(?:\b(?:select|distinct|all)|,)\s*(?:[\w."]+\.)?\*/i.test(own)) return undefined;
  return { definition: { ...a.definition, body: b.definition.body }, isUnsure };
}
