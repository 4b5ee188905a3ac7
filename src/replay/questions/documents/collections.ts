/**
 * What a history has made of MongoDB's collections. A collection that it doesn't name may be there or not: the
 * application makes collections by writing to them.
 */
import { changed } from "../../../model/kinds.ts";
import type {
  AggregateInto,
  DocumentIndex,
  DocumentKey,
  DocumentOperation,
  Operation,
  UpdateDocuments,
} from "../../../model/operation.ts";
import type { Difference, Origin } from "../../../schema/model.ts";
import type { Place, Step } from "../../step.ts";

export interface KnownIndex {
  readonly index: DocumentIndex;
  /** The server's name for it where none is written: `email_1_age_-1`. */
  readonly name: string;
  readonly migration: number;
  readonly at: Place;
}

export interface KnownCollection {
  /** `absent`: dropped or renamed by the history. */
  readonly is: "present" | "absent";
  /** The migration that has created it; undefined: it was used without that. */
  readonly createdBy?: number | undefined;
  /** The call by which. */
  readonly createdAt?: Origin | undefined;
  /** The failure of that call is caught: the collection may have been there before. */
  readonly maybeOlder?: true | undefined;
  /** A loop or an aggregation has put documents into it since, nobody knows how many. */
  readonly loaded?: true | undefined;
  /** The first migration that names it, if it inserts, upserts or builds an index: that creates it where it is missing. */
  readonly maybeCreatedBy?: number | undefined;
  /** The migration that has renamed another one to it. */
  readonly renamedBy?: number | undefined;
  readonly validated?: true | undefined;
  /** By which the history has distributed it over shards. */
  readonly shardKey?: readonly DocumentKey[] | undefined;
  /** Names of hidden indexes. */
  readonly hidden?: ReadonlySet<string> | undefined;
  readonly indexes: ReadonlyMap<string, KnownIndex>;
  /** Indexes that it had without the history's knowledge, and that the history has dropped; `*`: perhaps any. */
  readonly dropped?: ReadonlySet<string> | undefined;
}

export type Collections = ReadonlyMap<string, KnownCollection>;

export const noCollections: Collections = new Map();

const kinds: ReadonlySet<string> = new Set([
  "createCollection",
  "dropCollection",
  "renameCollection",
  "alterCollection",
  "createDocumentIndex",
  "dropDocumentIndex",
  "syncIndexes",
  "insertDocuments",
  "updateDocuments",
  "deleteDocuments",
  "readDocuments",
  "aggregateInto",
  "shardCollection",
  "databaseCommand",
] satisfies DocumentOperation["kind"][]);

export const isOfDocuments = (operation: Operation): operation is DocumentOperation =>
  kinds.has(operation.kind);

/** Collections of several databases don't meet. */
export const keyOfCollection = ({ collection }: DocumentOperation): string | undefined =>
  collection?.name === undefined ? undefined : `${collection.database ?? ""}.${collection.name}`;

/** It makes or drops something whose name isn't known. */
export const isVague = (operation: Operation): boolean =>
  isOfDocuments(operation) &&
  changed(operation) === "schema" &&
  ((operation.collection !== undefined && operation.collection.name === undefined) ||
    (operation.kind === "createDocumentIndex" && operation.index.keys === undefined) ||
    (operation.kind === "dropDocumentIndex" && operation.name === undefined && operation.keys === undefined));

export const indexName = (keys: readonly DocumentKey[]): string =>
  keys.map(({ field, kind }) => `${field}_${kind}`).join("_");

const unseen: KnownCollection = { is: "present", indexes: new Map() };

/** The collections after these steps. */
export function collectionsAfter(before: Collections, steps: readonly Step[]): Collections {
  let now: Map<string, KnownCollection> | undefined;
  for (const step of steps) {
    if (!isOfDocuments(step.operation)) continue;
    now ??= new Map(before);
    apply(now, step.operation, step);
  }
  return now ?? before;
}

function apply(all: Map<string, KnownCollection>, operation: DocumentOperation, step: Step): void {
  const key = keyOfCollection(operation);
  if (key === undefined) {
    if (operation.kind === "dropCollection" && operation.collection === undefined) all.clear();
    return;
  }
  const known = all.get(key);
  const { migration } = step.scope;
  const isUpsert = operation.kind === "updateDocuments" && operation.upsert;
  const mayCreate = known === undefined && (isUpsert || creating.has(operation.kind));
  const first = mayCreate ? { ...unseen, maybeCreatedBy: migration.index } : unseen;
  const old = known?.is === "present" ? known : first;
  switch (operation.kind) {
    case "createCollection": {
      // It may be there: then the call fails, or its failure is caught.
      const createdBy =
        operation.conditional === true && known?.is === "present" ? old.createdBy : migration.index;
      const validated = operation.validator === undefined ? {} : { validated: true as const };
      const at = { migration: migration.index, path: step.script.path, span: operation.head };
      const createdAt = createdBy === migration.index ? at : old.createdAt;
      const maybeOlder = operation.caught === true && old.createdBy === undefined ? true : old.maybeOlder;
      all.set(key, { ...old, createdBy, createdAt, maybeOlder, ...validated });
      return;
    }
    case "dropCollection":
      if (operation.conditional === true) all.delete(key);
      else leave(all, key, old, migration.index);
      return;
    case "renameCollection": {
      if (operation.to === undefined) all.delete(key);
      else {
        leave(all, key, old, migration.index);
        const to = `${operation.collection?.database ?? ""}.${operation.to}`;
        all.set(to, { ...old, renamedBy: migration.index });
      }
      return;
    }
    case "createDocumentIndex": {
      const { index } = operation;
      if (index.keys === undefined) return;
      const name = index.name ?? indexName(index.keys);
      // One of that name stays as it is: the call does nothing, or fails.
      if (old.indexes.has(name)) return;
      const at = { path: step.script.path, span: operation.head };
      const indexes = new Map(old.indexes).set(name, { index, name, migration: migration.index, at });
      all.set(key, { ...old, indexes });
      return;
    }
    case "dropDocumentIndex": {
      const name = operation.name ?? (operation.keys && indexName(operation.keys));
      const indexes = new Map(name === "*" || name === undefined ? [] : old.indexes);
      const isKnown = name !== undefined && old.indexes.has(name);
      const dropped = isKnown ? old.dropped : new Set([...(old.dropped ?? []), name ?? "*"]);
      if (name !== undefined) indexes.delete(name);
      // By its keys, whatever its name is.
      for (const [other, { index }] of indexes)
        if (operation.keys !== undefined && index.keys !== undefined && indexName(index.keys) === name)
          indexes.delete(other);
      all.set(key, { ...old, indexes, dropped });
      return;
    }
    case "syncIndexes":
      all.set(key, { ...old, indexes: new Map(), dropped: new Set(["*"]) });
      return;
    case "alterCollection": {
      const { name, keys, hidden } = operation.index ?? {};
      const index = name ?? (keys && indexName(keys));
      const hiddenNow = new Set(old.hidden);
      if (index !== undefined && hidden === true) hiddenNow.add(index);
      if (index !== undefined && hidden === false) hiddenNow.delete(index);
      all.set(key, {
        ...old,
        hidden: hiddenNow,
        ...(operation.validator === undefined
          ? {}
          : { validated: operation.validator.empty ? undefined : true }),
      });
      return;
    }
    case "shardCollection":
      all.set(key, { ...old, shardKey: operation.keys });
      return;
    case "aggregateInto":
      if (known?.is !== "present") all.set(key, old);
      written(all, operation, migration.index);
      return;
    case "insertDocuments":
      if (known?.is !== "present" || operation.each !== undefined)
        all.set(key, operation.each === undefined ? old : { ...old, loaded: true });
      return;
    default:
      if (known?.is !== "present") all.set(key, old);
  }
}

/** `$out` makes a collection that the history doesn't know yet; `$merge` may have found it. */
function written(
  all: Map<string, KnownCollection>,
  { stage, into, collection }: AggregateInto,
  migration: number,
): void {
  const key = `${collection?.database ?? ""}.${into}`;
  if (into === undefined) return;
  const known = all.get(key);
  if (known?.is === "present") {
    all.set(key, { ...known, loaded: true });
    return;
  }
  const made = stage === "$out" ? { createdBy: migration } : { maybeCreatedBy: migration };
  all.set(key, { ...unseen, ...made });
}

const creating: ReadonlySet<string> = new Set(["insertDocuments", "createDocumentIndex"]);

/** What the migration itself has made is as it was before, when it is gone. */
function leave(
  all: Map<string, KnownCollection>,
  key: string,
  { createdBy, renamedBy }: KnownCollection,
  migration: number,
): void {
  if (createdBy === migration || renamedBy === migration) all.delete(key);
  else all.set(key, { is: "absent", indexes: new Map() });
}

/**
 * What the second has otherwise than the first, as far as the history itself has made it. `between`: after the
 * migration whose rollback leads to the second.
 */
export function collectionDifferences(
  before: Collections,
  after: Collections,
  between: Collections = before,
): readonly Difference[] {
  const found: Difference[] = [];
  const say = (
    change: Difference["change"],
    object: string,
    name: string,
    more?: Partial<Difference>,
  ): void => {
    found.push({ change, object, text: `${object} ${name}`, ...more });
  };
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const name = key.replace(/^\./, "");
    const [old, now] = [before.get(key), after.get(key)];
    const isMade = now?.is === "present" && now.createdBy !== undefined;
    // What the migration has dropped or renamed was there, whatever the history knew of it.
    const wasThere = old === undefined && between.get(key)?.is === "absent";
    const isLeft = isMade && now.maybeOlder !== true && !wasThere;
    if (isLeft && (old === undefined || old.is === "absent")) say("extra", "collection", name);
    else if (now?.is === "absent" && old === undefined && between.get(key)?.maybeCreatedBy !== undefined)
      continue;
    else if (now?.is === "absent" && (old === undefined || old.is === "present"))
      say("missing", "collection", name);
    if (isMade && old?.is !== "present") continue;
    if (now?.is === "absent") continue;
    const [first, second] = [
      old?.indexes ?? new Map<string, KnownIndex>(),
      now?.indexes ?? new Map<string, KnownIndex>(),
    ];
    const dropped = between.get(key)?.dropped;
    const mayBeOlder = (index: string): boolean => dropped?.has(index) === true || dropped?.has("*") === true;
    for (const [key, { index }] of second) {
      if (first.has(key) || mayBeOlder(key)) continue;
      const isHarmless = index.known && !index.unique && index.expireAfterSeconds === undefined;
      say("extra", "index", `${name}.${key}`, isHarmless ? { harmless: true } : {});
    }
    for (const index of first.keys()) if (!second.has(index)) say("missing", "index", `${name}.${index}`);
  }
  return found;
}

/** Fields that a migration renames, and its rollback neither renames back nor writes again. */
export function renamesLeft(up: readonly Step[], down: readonly Step[]): readonly Difference[] {
  const updates = (steps: readonly Step[]): readonly UpdateDocuments[] =>
    steps.flatMap(({ operation }) => (operation.kind === "updateDocuments" ? [operation] : []));
  return updates(up).flatMap((operation) => {
    const key = keyOfCollection(operation);
    if (key === undefined || !operation.change.known) return [];
    const back = updates(down).filter((one) => keyOfCollection(one) === key);
    // Nothing at all is done for the documents: perhaps on purpose.
    if (back.length === 0 || back.some(({ change }) => !change.known || change.pipeline || change.replace))
      return [];
    return operation.change.rename.flatMap(({ from, to }): readonly Difference[] => {
      const isBack = back.some(
        ({ change }) => change.set.includes(from) || change.rename.some((one) => one.to === from),
      );
      const name = `${key.replace(/^\./, "")}.${from}`;
      return isBack || to === undefined
        ? []
        : [{ change: "missing", object: "field", text: `field ${name}` }];
    });
  });
}
