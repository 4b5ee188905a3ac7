/**
 * Whether a table can have many rows when a migration runs: the one answer that every rule about locks, scans and old rows
 * goes by. Configuration and production's statistics decide; then what the history proves, what it shows of the table's
 * purpose, and last how much time the table had to be filled, by the times that versions are.
 */
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { History } from "../../../project/migration.ts";
import type { Column, Origin, Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { keyIn } from "../../answers.ts";
import { matchesGlob, sizeOf, type ReplayFacts } from "../../replay-facts.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { broughtTogether, mostAge, oneWork } from "../migration/written-at.ts";
import { constantKey } from "../values/constant-key.ts";
import { isAdded } from "../values/old-rows.ts";
import { byHandBecause } from "./by-hand.ts";
import { fewBecause, isLoaded, isOfUsers } from "./few-rows.ts";
import { growth } from "./growth.ts";
import { checkedBefore } from "./checked-rows.ts";
import { isLearning, needsNoRow } from "./needs-no-row.ts";
import { isInOpening, isOfPlatform, opensLater } from "./opening.ts";
import { isTakenDown } from "../../pulled.ts";
import { seededLately } from "./seeded-lately.ts";

export interface Rows {
  /**
   * `none`: a statement of this migration leaves none. `none or fails`: with a row, this migration fails; not where it is
   * known to be pending. `few`: surely. `some`: most probably few, as somebody defines them by hand. `fresh`: most probably
   * none yet, as the table is as new as this migration, or the project is. `young`: few yet, as the table is less than a
   * week older than this migration. `many`: stated, or by statistics.
   */
  readonly are: "none" | "none or fails" | "few" | "some" | "fresh" | "young" | "many" | "unknown";
  /** Why they are none, few, fresh or young, for messages: `orders was created 3 hours before`. */
  readonly because?: string | undefined;
  /** Fresh by less than an hour: one and the same work, which is most probably deployed together; or shown to be unused. */
  readonly isJustMade?: true | undefined;
  /** The table itself was made less than an hour before. */
  readonly isOfHour?: true | undefined;
  /** The table is of one and the same work: see `oneWork`. */
  readonly isOfWork?: true | undefined;
  /** Nothing says when the table was made, and git got it together with this migration. */
  readonly isOfCommit?: true | undefined;
  /** The table itself is fresh: most probably, nobody uses it yet, whatever else is known of its rows. */
  readonly isNew?: true | undefined;
  /** The statement that shows it. */
  readonly at?: Origin | undefined;
}

const unknown: Rows = { are: "unknown" };

type Asked = Pick<Step, "before" | "operation" | "scope" | "table" | "isHere" | "show" | "earlier">;

/** The table in which the tool keeps what it has applied: its shape and its values are the tool's. */
export const isOfTool = ({ history }: MigrationScope, key: Key): boolean =>
  history.trackingTables.some((name) => isNamed(key, name));

/** In any schema: settings may say which. */
const isNamed = (key: Key, table: string): boolean =>
  key.slice(key.lastIndexOf(".") + 1).toLowerCase() === table.toLowerCase();

type Facts = Pick<ReplayFacts, "tables" | "stats" | "startAfter" | "changes">;

/** What a step is about is so new that most probably no running application uses it yet. */
export type Newness = Required<Pick<Rows, "because" | "at">> & Pick<Rows, "isOfWork" | "isOfCommit">;

/** See `Step.newness`. */
export function newnessOf(
  { operation, table, before, scope, show }: Asked,
  facts: Facts,
): Newness | undefined {
  if (table === undefined) return undefined;
  const key = keyIn(before, table);
  const name = nameThatGoes(operation);
  const column = name === undefined ? undefined : before.column(key, name);
  if (name !== undefined && column?.is === "present") {
    const age = isOldName(column.value) ? Infinity : ageOf(scope, column.value.origin.migration, before);
    if (age < youth) {
      const because = `adds ${show(key, name)} less than ${inWords(age)} before: most probably, nothing uses it yet`;
      return { because, isOfWork: isOfWork(age), isOfCommit: isOfCommit(age), at: column.value.origin };
    }
  }
  const made = before.lastKnown(key);
  const are = statedRows(facts, [key, show(key)], [key])?.are;
  if (made === undefined || are === "many" || are === "unknown") return undefined;
  const young = newRows(scope, made, before, show(key), facts);
  return young ?? (operation.kind === "dropTable" ? derivedRows({ before, scope, show }, made) : undefined);
}

/** Made lately, of rows that were made from others, which stay: they can be made again. */
function derivedRows(
  { before, scope, show }: Pick<Asked, "before" | "scope" | "show">,
  made: Relation,
): Newness | undefined {
  const { key, derivedFrom, origin } = made;
  if (derivedFrom === undefined || origin === undefined) return undefined;
  const isLeft = derivedFrom.every((one) => {
    const [now, end] = [before.relation(one.key), scope.after.relation(one.key)];
    if (now.is !== "present" || end.is !== "present" || now.value.changes !== one.changes) return false;
    return now.value.columns.length <= end.value.columns.length;
  });
  const age = ageOf(scope, origin.migration, before);
  if (!isLeft || age >= oneWork) return undefined;
  const from = [...new Set(derivedFrom.map(({ key: one }) => show(one)))].join(" and ");
  const because = `creates ${show(key)} less than ${inWords(age)} before: its rows are made from ${from}`;
  return { because, isOfWork: isOfWork(age), at: origin };
}

/** Whose name goes. Other changes of a column that nothing uses yet concern it all the same: an INSERT that leaves it out. */
function nameThatGoes(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "dropColumn":
    case "renameColumn":
      return operation.column.text;
    case "redefineColumn":
      return operation.definition.name.text === operation.column.text ? undefined : operation.column.text;
    default:
      return undefined;
  }
}

/** A statement only showed that the column is there, or it has taken the place of another one. */
const isOldName = (column: Column): boolean => !isAdded(column) || column.renamedFrom.length > 0;

/** See `Step.rows`. */
export function rowsOf(step: Asked, table: QualifiedName | Key, facts: Facts): Rows {
  const { before, scope, show } = step;
  const key = keyIn(before, table);
  const rows = rowsByProof(step, key, facts);
  if (rows.isNew === true) return rows;
  const made = before.lastKnown(key);
  const young = made && newRows(scope, made, before, show(key), facts);
  if (young?.are !== "fresh" || rows.are === "many" || rows.are === "unknown") return rows;
  const { isJustMade, isOfWork, isOfCommit } = young;
  return { ...rows, isNew: true, isJustMade: rows.isJustMade ?? isJustMade, isOfWork, isOfCommit };
}

function rowsByProof(step: Asked, key: Key, facts: Facts): Rows {
  const { before, scope, isHere, show } = step;
  const stated = statedRows(facts, [key, show(key)], [key]);
  if (stated !== undefined) return stated;
  // Of a database that is empty at the beginning: what its migrations have written themselves.
  if (scope.migration.beforeBaseline === true)
    return { are: "few", because: "this migration runs on an empty database only" };
  // A row for each migration.
  if (isOfTool(scope, key)) return { are: "few" };
  const found = before.relation(key);
  if (isOfNewPlatform(scope, before, key)) {
    const because = `${show(key)} is as new as this history, which began less than a week before`;
    return { are: "fresh", because, isNew: true };
  }
  if (found.is !== "present") {
    const made = before.lastKnown(key);
    return (made && newRows(scope, made, before, show(key), facts)) ?? unknown;
  }
  const { emptied, loaded, origin } = found.value;
  if (emptied !== undefined && emptied.by !== "required" && !loaded && isHere(emptied.origin))
    return { are: "none", because: proof[emptied.by](show(key)), at: emptied.origin };
  const needs = isLearning(scope, facts)
    ? checkedBefore(scope, key, step.operation.span.start)
    : needsNoRow(step, found.value);
  if (needs !== undefined) return { are: "none or fails", because: proof.required(show(key)), at: needs };
  const alike = constantKey(step);
  const young =
    fresh(scope, found.value, before, show(key), facts) ?? madeIfMissing(step, found.value, facts);
  // Most probably it has none: that the key fails at the second is no loss.
  if (alike !== undefined && young?.are === "fresh") return { ...young, isJustMade: true };
  if (alike !== undefined)
    return {
      are: "few",
      because: `gives all rows of ${show(key)} the same value: the key fails at the second`,
      at: alike.at,
    };
  // A migration may create a table and then fill it.
  const purpose = bySchemas(step, key, fewBecause);
  if (purpose !== undefined) return { are: "few", because: `${show(key)} ${purpose}`, at: origin };
  const copied = young ?? copiedHere(step, found.value);
  if (copied?.are === "fresh") return copied;
  const habit = bySchemas(step, key, byHandBecause);
  if (habit !== undefined) return { are: "some", because: `${show(key)} ${habit}`, at: origin };
  if (isRefilled(before, found.value))
    return {
      are: "some",
      because: `the migrations empty ${show(key)} and write its rows`,
      at: found.value.emptied?.origin,
    };
  if (copied !== undefined) return copied;
  if (seededLately(scope, before, found.value, facts) !== "together") return unknown;
  return {
    are: "young",
    because: `creates ${show(key)}, whose first rows are written behind it`,
    at: origin,
  };
}

/** Emptied, and then filled with rows that the history writes out: nobody does that with what the application has entered. */
const isRefilled = (schema: Schema, table: Relation): boolean =>
  table.emptied?.by === "TRUNCATE" &&
  !table.loaded &&
  (table.seeded ?? 0) > 0 &&
  (table.seeded ?? 0) <= mostRefilled &&
  !isOfUsers(table) &&
  growth(schema, table) === 0;

const mostRefilled = 100;

/** This migration makes the table of rows of others, which have few: as the one with most. */
function copiedHere({ isHere, earlier }: Asked, table: Relation): Rows | undefined {
  const { key, origin, loaded, derivedFrom, copyOf } = table;
  if (!loaded || !isHere(origin) || (derivedFrom ?? copyOf) === undefined) return undefined;
  const sources = new Map<Key, Step>();
  for (const one of earlier()) {
    const { operation, before, after, skipped } = one;
    const isFill =
      !skipped &&
      ((operation.kind === "createTable" && after.resolve(operation.table) === key) ||
        (operation.kind === "insertRows" && before.resolve(operation.table) === key));
    if (isFill) for (const from of operation.query?.relations ?? []) sources.set(before.resolve(from), one);
  }
  const rows = [...sources].map(([from, one]) => one.rows(from));
  const few = ["some", "few", "young", "fresh"] as const;
  const [most] = few.flatMap((are) => rows.find((one) => one.are === are) ?? []);
  return rows.every(({ are }) => few.some((one) => one === are)) ? most : undefined;
}

/** By settings, which may call it by any of the names, then by statistics, which have it under the first of the keys that they know. */
export function statedRows(
  { tables, stats }: Pick<ReplayFacts, "tables" | "stats">,
  names: readonly string[],
  keys: readonly string[],
): Rows | undefined {
  const stated = Object.entries(tables).find(([pattern]) =>
    names.some((name) => matchesGlob(pattern, name)),
  )?.[1];
  const measured = keys.map((key) => stats?.get(key)).find((one) => one !== undefined);
  const size = stated ?? (measured && sizeOf(measured));
  return size && { are: size === "small" ? "few" : size === "large" ? "many" : "unknown" };
}

const proof = {
  TRUNCATE: (table: string) => `leaves no row in ${table}`,
  DELETE: (table: string) => `leaves no row in ${table}`,
  required: (table: string) => `succeeds only where ${table} has no row`,
} as const;

/** By what the table is now, or at the end of the migration. */
function bySchemas(
  { before, scope: { after } }: Asked,
  key: Key,
  because: typeof fewBecause,
): string | undefined {
  for (const schema of [before, after]) {
    const found = schema.relation(key);
    const said = found.is === "present" ? because(schema, found.value) : undefined;
    if (said !== undefined) return said;
  }
  return undefined;
}

/** In milliseconds. */
const day = 86_400_000;
const hour = day / 24;
/** A project of this age is most probably not in use yet, and a table has few rows. */
const youth = 7 * day;

const inWords = (age: number): string =>
  age < hour ? "an hour" : age < day ? "a day" : age <= broughtTogether ? "two days" : "a week";
const isJust = (age: number): true | undefined => (age < hour ? true : undefined);
const isOfWork = (age: number): true | undefined => (age < oneWork ? true : undefined);
const isOfCommit = (age: number): true | undefined => (age === broughtTogether ? true : undefined);

/** Undefined: it was made a week before, or more. `age`: in milliseconds. */
export function youngRows(
  name: string,
  age: number,
  at: Origin,
  what: "rows" | "documents",
): (Rows & Newness) | undefined {
  if (age >= youth) return undefined;
  const because = `creates ${name} less than ${inWords(age)} before: it has few ${what}${age < oneWork ? ", if any" : " yet"}`;
  const are = age < oneWork ? "fresh" : "young";
  return {
    are,
    because,
    isJustMade: isJust(age),
    isOfHour: isJust(age),
    isOfWork: isOfWork(age),
    isOfCommit: isOfCommit(age),
    at,
  };
}

/** By the time since the table was surely empty, or since the history began. */
function fresh(
  scope: MigrationScope,
  relation: Relation,
  schema: Schema,
  name: string,
  facts: Facts,
): Rows | undefined {
  const { emptied } = relation;
  if (
    emptied !== undefined &&
    !isLoaded(schema, relation) &&
    ageOf(scope, emptied.origin.migration, schema) < oneWork
  )
    return {
      are: "fresh",
      because: `${proof[emptied.by](name)}, less than ${inWords(ageOf(scope, emptied.origin.migration, schema))} before`,
      // What is emptied may be filled again at once; what nobody had filled by then isn't in use.
      isJustMade: emptied.by === "required" || undefined,
      at: emptied.origin,
    };
  return newRows(scope, relation, schema, name, facts);
}

/** By the time since the table was made, or since the history began. */
function newRows(
  scope: MigrationScope,
  relation: Relation,
  schema: Schema,
  name: string,
  facts: Facts,
): (Rows & Newness) | undefined {
  const { origin } = relation;
  if (origin === undefined) return undefined;
  if (isLoaded(schema, relation) && !isCopyOfYoung(scope, relation, schema)) return undefined;
  const young = youngRows(name, ageOf(scope, origin.migration, schema), origin, "rows");
  if (young && scope.brokenAt !== undefined && origin.migration >= scope.brokenAt)
    return {
      ...young,
      because: `creates ${name} in or behind a migration that always fails: no server has it`,
    };
  if (young?.are === "fresh") return young;
  if (origin.migration >= (scope.migration.editsFrom ?? Infinity)) {
    const why = `creates ${name} in or behind a file that the commit of this one edited: most probably, both run on new databases only`;
    return { are: "fresh", because: why, isOfCommit: true, at: origin };
  }
  const because = inBeginning(scope, schema, facts);
  if (because === undefined) return young;
  return { are: "fresh", because: `creates ${name}, ${because}`, isOfCommit: young?.isOfCommit, at: origin };
}

/** Why tables that the history makes so far have few rows: it has only begun. */
function inBeginning(scope: MigrationScope, schema: Schema, facts: Facts): string | undefined {
  if (isUntimed(scope, schema) && isInOpening(scope, facts))
    return "and no migration has changed a table yet: it has few rows, if any";
  if (scope.history.continues === true || ageOf(scope, 0, schema) >= youth) return undefined;
  return "in the first week of this history: it has few rows, if any";
}

/**
 * What an earlier migration only refers to, and this one makes where it isn't there: the project's own table, and no older
 * than it.
 */
function madeIfMissing(
  { before, scope, show, earlier }: Asked,
  table: Relation,
  facts: Facts,
): Rows | undefined {
  if (table.origin !== undefined || isLoaded(before, table)) return undefined;
  const because = inBeginning(scope, before, facts);
  if (because === undefined) return undefined;
  const made = earlier().find(
    ({ operation, skipped, before: then }) =>
      skipped && operation.kind === "createTable" && then.resolve(operation.table) === table.key,
  );
  if (made === undefined) return undefined;
  const at = { migration: scope.migration.index, path: made.script.path, span: made.operation.span };
  return { are: "fresh", because: `creates ${show(table.key)} if it isn't there, ${because}`, at };
}

/** Its rows were read from tables that are of one and the same work, too. */
function isCopyOfYoung(scope: MigrationScope, { derivedFrom = [] }: Relation, schema: Schema): boolean {
  const isYoung = ({ key }: { readonly key: Key }): boolean => {
    const found = schema.relation(key);
    if (found.is !== "present" || found.value.origin === undefined || found.value.loaded) return false;
    return ageOf(scope, found.value.origin.migration, schema) <= broughtTogether;
  };
  return derivedFrom.length > 0 && derivedFrom.every(isYoung);
}

/** The same with the project, which begins with this history. */
function isOfNewPlatform(scope: MigrationScope, schema: Schema, key: Key): boolean {
  const { history, migration } = scope;
  if (!isOfPlatform(history, key) || history.continues === true || isTakenOver(history, schema)) return false;
  if (migration.index > 0 && ageOf(scope, 0, schema) >= youth) return false;
  // What uses a table that nobody has made was begun later than the project.
  return [...scope.after.relations()].every(
    (one) => one.origin !== undefined || isOfPlatform(history, one.key),
  );
}

/** No time says how old the history is, which begins with an empty database. */
const isUntimed = (scope: MigrationScope, schema: Schema): boolean =>
  ageOf(scope, 0, schema) === Infinity &&
  mostAge(scope.history, scope.history.migrations[0], scope.migration) === Infinity &&
  !isTakenOver(scope.history, schema);

/** See `Step.freshByEnd`. */
export function freshByEnd(
  { before, scope, show }: Asked,
  table: QualifiedName | Key,
  facts: Facts,
): ((end: Schema) => boolean) | undefined {
  const key = keyIn(before, table);
  const found = before.relation(key);
  const isStated = statedRows(facts, [key, show(key)], [key]) !== undefined;
  if (isStated || found.is !== "present" || isLoaded(before, found.value)) return undefined;
  if (found.value.origin === undefined) return undefined;
  return isUntimed(scope, before) ? opensLater(scope, facts) : undefined;
}

/** Of a migration, by its number in the history; in milliseconds, Infinity where nothing says it. */
function ageOf(
  { history, migration, brokenAt }: MigrationScope,
  index: number | undefined,
  schema: Schema,
): number {
  // Where the one that fails is repaired, they are deployed together.
  if (index !== undefined && brokenAt !== undefined && index >= brokenAt) return 0;
  const made = index === undefined ? undefined : history.migrations[index];
  return index === 0 && isTakenOver(history, schema) ? Infinity : mostAge(history, made, migration);
}

/** More than a new project begins with. */
const mostFirst = 30;
const takenOver = new WeakMap<History, boolean>();

/** The first migration writes down what was there before: a dump, a baseline, one in place of many. */
function isTakenOver(history: History, schema: Schema): boolean {
  const known = takenOver.get(history);
  if (known !== undefined) return known;
  const [first] = history.migrations;
  const tables = [...schema.relations()].filter(
    ({ kind, origin }) => kind === "table" && origin?.migration === 0,
  );
  const found = first !== undefined && (isTakenDown(first) || tables.length > mostFirst);
  takenOver.set(history, found);
  return found;
}
