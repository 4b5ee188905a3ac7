/** Questions about what only MongoDB does. */
import { callEffects, type CallEffects } from "../../../effects/mongodb/calls.ts";
import type {
  DocumentIndex,
  DocumentKey,
  DocumentOperation,
  OperationKind,
  UpdateDocuments,
} from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import type { Answers, StepParts } from "../../answers.ts";
import { deployOf } from "../../pending.ts";
import { statedRelease } from "../../replay-facts.ts";
import type { Place, Step } from "../../step.ts";
import { isArchiveName } from "../dependents/deprecation.ts";
import type { Rows } from "../rows/rows.ts";
import {
  collectionsAfter,
  indexName,
  isOfDocuments,
  keyOfCollection,
  type Collections,
  type KnownCollection,
} from "./collections.ts";
import { rowsOfCollection } from "./rows.ts";
import { isWithoutDuplicates } from "./unique.ts";

export interface DocumentQuestions {
  /** The call, whatever its kind; undefined: it isn't MongoDB's. */
  readonly call: () => DocumentOperation | undefined;
  /** For messages: `users`, or `the database`. */
  readonly name: () => string;
  /** The collection is created earlier in this migration: nobody uses it yet. */
  readonly isNew: () => boolean;
  /** Whether the collection can have many documents: see `Step.rows`. */
  readonly rows: () => Rows;
  /** Nothing has named the collection before this migration put documents into it: it is its own, as a backup is. */
  readonly isOwn: () => boolean;
  /** Updates or deletes all documents of a collection that isn't new, in a transaction or outside of one. */
  readonly choosesAll: (where?: "inTransaction" | "outside") => boolean;
  /** The history is known to have a collection of that name here, which this migration hasn't created. */
  readonly exists: (name: string) => boolean;
  /** Of createIndex: an index with the same keys or name, and other options, which the server refuses. */
  readonly conflict: () =>
    | {
        readonly name: string;
        readonly at: Place;
        readonly byName: boolean;
        /** Its keys and options are the same. */
        readonly onlyName: boolean;
      }
    | undefined;
  /** Fields that this migration itself has written before, which nobody else uses. */
  readonly writtenHere: () => ReadonlySet<string>;
  /** The call is one of several that use the same session at the same time. */
  readonly sharesSession: () => boolean;
  /** Its filter leaves out documents that have the change already, so that it can run again. */
  readonly resumable: () => boolean;
  /** The same call with the values of an earlier round: a loop over a written list. */
  readonly isNextRound: () => boolean;
  /** The same call with the values of other rounds of a loop over a written list, or of other calls of its function. */
  readonly rounds: () => readonly DocumentOperation[];
  /** Outside of a loop: a second call changes nothing more. */
  readonly isRepeatable: () => boolean;
  /** Other calls of its transaction. */
  readonly inSameTransaction: () => readonly DocumentOperation[];
  /** Of a read: nothing is written for each of its documents, but for those of another one. */
  readonly isLookUp: () => boolean;
  /**
   * Of a unique index: this migration has changed or deleted the documents that are found more than once, has computed
   * values of its fields for one document after the other, or has emptied the collection; or another index has made sure
   * of fewer of its fields.
   */
  readonly withoutDuplicates: () => boolean;
  /** Of a renamed collection: this migration gives its old name to another one, which it has filled. */
  readonly isExchanged: () => boolean;
  /** Of a renamed collection: this migration has taken its new name from another one, and has made this one. */
  readonly takesPlace: () => boolean;
  /** Of an index that is dropped: this migration also takes away one of its fields. */
  readonly losesField: () => boolean;
  /** Fields of those that it takes away whose values an earlier call of the migration copies to others, for the same documents. */
  readonly copiedBefore: () => ReadonlySet<string>;
  /** Methods of later calls of the migration whose filters ask for a field that this one takes away, or for its parent. */
  readonly askedLater: () => readonly string[];
  /** By its name, what it holds is made again at any time: `cache.companies`. */
  readonly isTransient: () => boolean;
  /** By its name, a field holds what nobody may read: `user.jwt`. */
  readonly isSecret: (field: string) => boolean;
  /** The loop around it looks for documents of a collection that it writes: its rounds depend on those before. */
  readonly looksUpWritten: () => boolean;
  /** Other writes of the loop around it. */
  readonly others: () => readonly DocumentOperation[];
  /** An earlier migration has marked the collection, or this field of it, as no longer used. */
  readonly deprecated: (field?: string) => boolean;
  /** Of an index that is dropped: the history has hidden it in an earlier migration. */
  readonly isHidden: () => boolean;
  /** The index that is dropped, if it is unique by the history, or the rollback makes it so. */
  readonly dropsUnique: () => DocumentIndex | undefined;
  /** An earlier migration has given the collection a validator. */
  readonly isValidated: () => boolean;
  /** The fields by which the history has distributed the collection over shards, or this call does. */
  readonly shardKey: () => readonly DocumentKey[] | undefined;
  /** A unique index, of this call or known before it, that doesn't begin with the shard key: the server refuses that. */
  readonly withoutShardKey: () => string | undefined;
  /** By its name, the field holds the time at which a document is to go: `expiresAt`. */
  readonly isExpiry: (field: string) => boolean;
  /** The release of the driver that no longer has the method. */
  readonly removedSince: () => string | undefined;
  /** The project's driver, as far as its package.json says it, is older than that release. */
  readonly hasDriverBefore: (release: string) => boolean;
  /** What the call does on a server; undefined: it isn't MongoDB's. */
  readonly effects: () => CallEffects | undefined;
  /** The project states a server before that release: `6.0`. */
  readonly isOlderThan: (release: string) => boolean;
}

/** Measured with mongodb 3.7.4, 4.17.2, 5.9.2, 6.22.0 and 7.9.0 of npm. */
const removedMethods: ReadonlyMap<string, string> = new Map([
  ...[
    "save",
    "ensureIndex",
    "findAndModify",
    "dropAllIndexes",
    "reIndex",
    "eval",
    "executeDbAdminCommand",
  ].map((method) => [method, "4.0"] as const),
  ...["insert", "update", "remove", "mapReduce"].map((method) => [method, "5.0"] as const),
]);

/** The collections before a step: asked for in the order of the steps. */
const folded = new WeakMap<readonly Step[], { readonly at: number; readonly collections: Collections }>();

function before({ steps: { all }, at, collections }: StepParts): Collections {
  const last = folded.get(all);
  const from = last !== undefined && last.at <= at ? last : { at: 0, collections };
  const now = { at, collections: collectionsAfter(from.collections, all.slice(from.at, at)) };
  folded.set(all, now);
  return now.collections;
}

/** By the names of the fields, whatever their kinds; `_id` is unique on each shard anyway. */
const beginsWith = (keys: readonly DocumentKey[], prefix: readonly DocumentKey[]): boolean =>
  keys[0]?.field === "_id" || prefix.every(({ field }, i) => keys[i]?.field === field);

const secretName = /(?:pass(?:word|wd|phrase)|secret|jwt|token|api_?key|credential)(?:s|hash(?:ed)?)?$/i;

const isSame = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end;

const around = <K extends OperationKind>(
  { neighbours }: Step,
  ...kinds: readonly K[]
): readonly Step<K>[] => [...neighbours("earlier", ...kinds), ...neighbours("later", ...kinds)];

const writtenBy = ({ change }: UpdateDocuments): readonly string[] => [
  ...change.set,
  ...change.unset,
  ...change.adjusted,
  ...change.added.map(({ field }) => field),
  ...change.rename.flatMap(({ from, to }) => [from, ...(to === undefined ? [] : [to])]),
];

/** Of the server's own name for an index: `email_1_age_-1`. */
const fieldsOfName = (name: string): readonly string[] =>
  [...name.matchAll(/(.+?)_(?:-?1|text|hashed|2d|2dsphere)(?:_|$)/g)].flatMap(([, field]) => field ?? []);

const known = (step: Step, parts: StepParts): KnownCollection | undefined => {
  const { operation } = step;
  const key = isOfDocuments(operation) ? keyOfCollection(operation) : undefined;
  return key === undefined ? undefined : before(parts).get(key);
};

/** The migration is the first to use the collection, by a call that creates it, and its rollback drops it. */
function isMadeByFirstUse({ operation, scope }: Step, found: KnownCollection | undefined): boolean {
  if (operation.kind !== "insertDocuments" && operation.kind !== "createDocumentIndex") return false;
  const isFirst = found === undefined || found.maybeCreatedBy === scope.migration.index;
  const own = keyOfCollection(operation);
  if (!isFirst || own === undefined) return false;
  return scope.downSteps.some(
    ({ operation: back }) => back.kind === "dropCollection" && keyOfCollection(back) === own,
  );
}

export const documentAnswers: Answers<DocumentQuestions> = {
  call:
    ({ operation }) =>
    () =>
      isOfDocuments(operation) ? operation : undefined,
  name:
    ({ operation }) =>
    () =>
      (isOfDocuments(operation) ? operation.collection?.text : undefined) ?? "the database",
  isNew: (step, parts) => () => {
    const found = known(step, parts);
    if (isMadeByFirstUse(step, found)) return true;
    if (found?.is !== "present" || found.createdBy === undefined) return false;
    return deployOf(step.scope, parts.facts)(found.createdBy);
  },
  rows: (step, parts) => () => rowsOfCollection(step, known(step, parts), parts.facts),
  isOwn: (step, parts) => () => known(step, parts)?.maybeCreatedBy === step.scope.migration.index,
  choosesAll:
    ({ operation, documents }) =>
    (where = "outside") => {
      if (operation.kind !== "updateDocuments" && operation.kind !== "deleteDocuments") return false;
      const { many, filter, inTransaction } = operation;
      const isThere = (inTransaction !== undefined) === (where === "inTransaction");
      return many && filter.is === "none" && isThere && !documents.isNew();
    },
  exists: (step, parts) => (name) => {
    const database = isOfDocuments(step.operation) ? (step.operation.collection?.database ?? "") : "";
    const found = before(parts).get(`${database}.${name}`);
    return found?.is === "present" && found.createdBy !== step.scope.migration.index;
  },
  conflict: (step, parts) => () => {
    const { operation } = step;
    if (operation.kind !== "createDocumentIndex" || !operation.index.known) return undefined;
    const { index } = operation;
    if (index.keys === undefined) return undefined;
    const keys = indexName(index.keys);
    const name = index.name ?? keys;
    for (const other of known(step, parts)?.indexes.values() ?? []) {
      if (!other.index.known || other.index.keys === undefined) continue;
      const hasKeys = indexName(other.index.keys) === keys;
      const isSame = hasKeys && other.name === name && other.index.options === index.options;
      if (isSame) return undefined;
      // Several indexes of the same keys may differ in what they leave out.
      if (hasKeys && (other.name === name || !(other.index.partial || index.partial)))
        return {
          name: other.name,
          at: other.at,
          byName: false,
          onlyName: other.index.options === index.options,
        };
      if (other.name === name) return { name, at: other.at, byName: true, onlyName: false };
    }
    return undefined;
  },
  writtenHere: (step) => () => {
    const own = isOfDocuments(step.operation) ? keyOfCollection(step.operation) : undefined;
    const earlier = step.neighbours("earlier", "updateDocuments", "insertDocuments");
    return new Set(
      earlier.flatMap(({ operation }) =>
        keyOfCollection(operation) !== own || own === undefined
          ? []
          : operation.kind === "updateDocuments"
            ? [...operation.change.set, ...operation.change.rename.flatMap(({ to }) => to ?? [])]
            : operation.fields,
      ),
    );
  },
  sharesSession:
    ({ operation }) =>
    () =>
      isOfDocuments(operation) && operation.parallel === true && operation.hasSession === true,
  resumable: (step) => () => {
    const { operation } = step;
    if (operation.kind !== "updateDocuments") return false;
    const { filter, each } = operation;
    const written = writtenBy(operation);
    const named = [...filter.fields, ...(each?.filter.fields ?? []), ...(each?.tested ?? [])];
    if (named.some((field) => written.includes(field))) return true;
    // An earlier write of the same round leaves its document out of the loop.
    const before = new Set(step.neighbours("earlier", "updateDocuments").map((one) => one.operation));
    const asked = [...(each?.filter.fields ?? []), ...(each?.tested ?? [])];
    return step.documents
      .others()
      .some(
        (other) =>
          other.kind === "updateDocuments" &&
          before.has(other) &&
          other.filter.fields.includes("_id") &&
          writtenBy(other).some((field) => asked.includes(field)),
      );
  },
  isNextRound: (step) => () =>
    step
      .neighbours("earlier", step.operation.kind)
      .some(
        ({ operation: { head, kind } }) => kind === step.operation.kind && isSame(head, step.operation.head),
      ),
  rounds: (step) => () => {
    const { operation, script } = step;
    return around(step, operation.kind).flatMap((other) =>
      isOfDocuments(other.operation) &&
      other.script.path === script.path &&
      isSame(other.operation.head, operation.head)
        ? [other.operation]
        : [],
    );
  },
  isRepeatable:
    ({ operation }) =>
    () => {
      if (operation.kind === "deleteDocuments") return operation.each === undefined;
      if (operation.kind !== "updateDocuments" || operation.each !== undefined) return false;
      const { known: isKnown, added, moved, rename, pipeline } = operation.change;
      return isKnown && !pipeline && added.length + moved.length + rename.length === 0;
    },
  inSameTransaction: (step) => () => {
    const { operation } = step;
    if (!isOfDocuments(operation) || operation.inTransaction === undefined) return [];
    return around(step, "insertDocuments", "updateDocuments", "deleteDocuments")
      .map((other) => other.operation)
      .filter((other) => other.inTransaction === operation.inTransaction);
  },
  isLookUp: (step) => () => {
    const { operation } = step;
    if (operation.kind !== "readDocuments") return false;
    const loops = step
      .neighbours("later", "updateDocuments", "insertDocuments", "deleteDocuments")
      .flatMap(({ operation: { each } }) => each ?? []);
    return loops.length > 0 && !loops.some(({ at }) => isSame(at, operation.opened));
  },
  withoutDuplicates: (step, parts) => () => isWithoutDuplicates(step, known(step, parts)),
  isExchanged: (step) => () => {
    const { operation } = step;
    if (operation.kind !== "renameCollection") return false;
    return step
      .neighbours("later", "renameCollection")
      .some((other) => other.operation.to === operation.collection?.name);
  },
  takesPlace: (step, parts) => () => {
    const { operation, scope } = step;
    if (operation.kind !== "renameCollection") return false;
    const found = known(step, parts);
    const isOwn =
      found?.createdBy === scope.migration.index || found?.maybeCreatedBy === scope.migration.index;
    const freed = step
      .neighbours("earlier", "renameCollection")
      .some((other) => other.operation.collection?.name === operation.to);
    return isOwn && freed;
  },
  losesField: (step, parts) => () => {
    const { operation } = step;
    if (operation.kind !== "dropDocumentIndex") return false;
    const name = operation.name ?? "";
    const keys = operation.keys ?? known(step, parts)?.indexes.get(name)?.index.keys;
    const fields = keys?.map(({ field }) => field) ?? fieldsOfName(name);
    const own = keyOfCollection(operation);
    return [
      ...step.neighbours("earlier", "updateDocuments"),
      ...step.neighbours("later", "updateDocuments"),
    ].some(
      ({ operation: { change, many, ...other } }) =>
        many &&
        keyOfCollection({ change, many, ...other }) === own &&
        [...change.unset, ...change.rename.map(({ from }) => from)].some((field) => fields.includes(field)),
    );
  },
  copiedBefore: (step) => () => {
    const { operation } = step;
    if (operation.kind !== "updateDocuments") return new Set();
    const own = keyOfCollection(operation);
    return new Set(
      step
        .neighbours("earlier", "updateDocuments")
        .filter(({ operation: other }) => {
          const isSameFilter = other.filter.is === "none" || other.filter.code === operation.filter.code;
          return own !== undefined && keyOfCollection(other) === own && isSameFilter;
        })
        .flatMap((other) => other.operation.change.copied),
    );
  },
  askedLater: (step) => () => {
    const { operation } = step;
    if (operation.kind !== "updateDocuments") return [];
    const own = keyOfCollection(operation);
    const later = step.neighbours("later", "updateDocuments", "deleteDocuments");
    const isAsked = (asked: string): boolean =>
      operation.change.unset.some(
        (field) => field === asked || field.startsWith(`${asked}.`) || asked.startsWith(`${field}.`),
      );
    return later.flatMap(({ operation: other }) =>
      own !== undefined && keyOfCollection(other) === own && other.filter.fields.some(isAsked)
        ? [other.method]
        : [],
    );
  },
  isTransient:
    ({ operation }) =>
    () => {
      const name = isOfDocuments(operation) ? (operation.collection?.name ?? "") : "";
      return name
        .split(/[._-]|(?<=[a-z])(?=[A-Z])/)
        .some((part) => /^(?:caches?|te?mp|temporary|staging)$/i.test(part));
    },
  isSecret: () => (field) => secretName.test(field),
  looksUpWritten:
    ({ operation, documents }) =>
    () => {
      if (!isOfDocuments(operation) || operation.each === undefined) return false;
      const { lookedUp } = operation.each;
      return [operation, ...documents.others()].some(({ collection }) =>
        lookedUp.includes(collection?.text ?? ""),
      );
    },
  others: (step) => () => {
    const { operation } = step;
    if (!isOfDocuments(operation) || operation.each === undefined) return [];
    const { at } = operation.each;
    return (["earlier", "later"] as const)
      .flatMap((side) => step.neighbours(side, "insertDocuments", "updateDocuments", "deleteDocuments"))
      .map((other) => other.operation)
      .filter(({ each, head }) => each !== undefined && isSame(each.at, at) && !isSame(head, operation.head));
  },
  deprecated:
    ({ operation, scope }, { marks }) =>
    (field) => {
      const name = isOfDocuments(operation) ? operation.collection?.name : undefined;
      if (name === undefined) return false;
      const object = field === undefined ? name : `${name}.${field}`;
      // A name with spaces is in quotes.
      const spellings = [object, JSON.stringify(object)];
      const isMarked = marks.some(
        (mark) => spellings.includes(mark.object) && mark.origin.migration < scope.migration.index,
      );
      return isMarked || isArchiveName(field ?? name);
    },
  isHidden: (step, parts) => () => {
    const { operation } = step;
    if (operation.kind !== "dropDocumentIndex") return false;
    const name = operation.name ?? (operation.keys && indexName(operation.keys));
    return name !== undefined && known(step, parts)?.hidden?.has(name) === true;
  },
  dropsUnique: (step, parts) => () => {
    const { operation, scope } = step;
    if (operation.kind !== "dropDocumentIndex") return undefined;
    const name = operation.name ?? (operation.keys && indexName(operation.keys));
    const own = keyOfCollection(operation);
    const restored = scope.downSteps.flatMap(({ operation: back }) =>
      back.kind === "createDocumentIndex" && keyOfCollection(back) === own ? [back.index] : [],
    );
    const before = [...(known(step, parts)?.indexes.values() ?? [])].map(({ index }) => index);
    return [...before, ...restored].find((index) => {
      const byKeys = index.keys && indexName(index.keys);
      return index.unique && name !== undefined && (index.name === name || byKeys === name);
    });
  },
  isValidated: (step, parts) => () => known(step, parts)?.validated === true,
  shardKey: (step, parts) => () =>
    step.operation.kind === "shardCollection" ? step.operation.keys : known(step, parts)?.shardKey,
  withoutShardKey: (step, parts) => () => {
    const { operation, documents } = step;
    const key = documents.shardKey();
    if (key === undefined) return undefined;
    const isWrong = ({ unique, keys }: DocumentIndex): boolean =>
      unique && keys !== undefined && !beginsWith(keys, key);
    if (operation.kind === "createDocumentIndex") {
      const { index } = operation;
      return isWrong(index) ? (index.name ?? indexName(index.keys ?? [])) : undefined;
    }
    const all = [...(known(step, parts)?.indexes.values() ?? [])];
    return all.find(({ index }) => isWrong(index))?.name;
  },
  isExpiry: () => (field) => /expir|delete.?at|purge|ttl|valid.?(?:until|to)/i.test(field),
  removedSince:
    ({ operation }) =>
    () => {
      if (!isOfDocuments(operation)) return undefined;
      const { ownMethods, oldDriver } = operation.collection ?? {};
      if (ownMethods === true || oldDriver === true) return undefined;
      return removedMethods.get(operation.method);
    },
  hasDriverBefore:
    ({ scope }) =>
    (release) =>
      (scope.history.driver ?? Infinity) < Number.parseInt(release, 10),
  effects:
    ({ operation, documents }) =>
    () =>
      isOfDocuments(operation)
        ? callEffects(operation, {
            name: documents.name(),
            isNew: documents.isNew(),
            isOlderThan: documents.isOlderThan,
          })
        : undefined,
  isOlderThan:
    (_, { facts }) =>
    (release) => {
      const stated = statedRelease(facts);
      if (stated === undefined) return false;
      const wanted = release.split(".").map(Number);
      for (const [i, part] of wanted.entries()) {
        const own = stated[i] ?? part;
        if (own !== part) return own < part;
      }
      return false;
    },
};
