/** What takes a migration of MongoDB back: calls of its driver, and what they don't restore. */
import type {
  AlterCollection,
  CollectionName,
  CreateDocumentIndex,
  DocumentIndex,
  DocumentOperation,
  DropDocumentIndex,
  UpdateDocuments,
} from "../../model/operation.ts";
import { changed } from "../../model/kinds.ts";
import { collMod, keysCode } from "../../recipes/mongodb.ts";
import {
  collectionsAfter,
  indexName,
  isOfDocuments,
  keyOfCollection,
  type Collections,
  type KnownCollection,
  type KnownIndex,
} from "../../replay/questions/documents/collections.ts";
import type { Place, Step } from "../../replay/step.ts";
import { fieldName, isWrittenOut } from "../../text/javascript.ts";

export { inShell } from "../../recipes/mongodb.ts";

export interface DocumentNote {
  readonly what: string;
  readonly at: Place;
}

/** The calls, the last change first. */
export interface DocumentsBack {
  readonly statements: readonly string[];
  /** Data that isn't restored. */
  readonly lost: readonly DocumentNote[];
  /** What they take away that is written since the migration. */
  readonly since: readonly DocumentNote[];
  readonly stays: readonly string[];
  /** Why it isn't complete. */
  readonly gaps: readonly DocumentNote[];
}

interface Back {
  readonly calls?: readonly string[];
  readonly lost?: string;
  readonly since?: string;
  readonly stays?: string;
  readonly gap?: string;
}

export function documentsBack(steps: readonly Step[], before: Collections): DocumentsBack {
  const statements: string[] = [];
  const lost: DocumentNote[] = [];
  const since: DocumentNote[] = [];
  const stays: string[] = [];
  const gaps: DocumentNote[] = [];
  const states = statesBefore(steps, before);
  for (const [i, step] of [...steps.entries()].reverse()) {
    const at: Place = { path: step.script.path, span: step.operation.head };
    const back = isOfDocuments(step.operation)
      ? backOf(step.operation, states[i] ?? before, step)
      : changed(step.operation) === "nothing"
        ? {}
        : { gap: "what this call does isn't known before it runs" };
    statements.push(...(back.calls ?? []).filter((call) => !statements.includes(call)));
    if (back.lost !== undefined) lost.push({ what: back.lost, at });
    if (back.since !== undefined) since.push({ what: back.since, at });
    if (back.stays !== undefined) stays.push(back.stays);
    if (back.gap !== undefined) gaps.push({ what: back.gap, at });
  }
  return { statements, lost, since, stays: [...new Set(stays)], gaps };
}

/** The collections before each step. */
function statesBefore(steps: readonly Step[], first: Collections): readonly Collections[] {
  let state = first;
  return steps.map((step) => {
    const before = state;
    state = collectionsAfter(state, [step]);
    return before;
  });
}

function backOf(operation: DocumentOperation, before: Collections, step: Step): Back {
  const { collection, conditional, method } = operation;
  if (operation.kind === "readDocuments") return {};
  const key = keyOfCollection(operation);
  if (collection === undefined || key === undefined)
    return { gap: `${method}() is about a collection that isn't known before it runs` };
  const { code, text } = collection;
  const known = before.get(key);
  const isNew = known?.is === "present" && known.createdBy === step.scope.migration.index;
  // What it does goes with the collection.
  if (isNew && operation.kind !== "renameCollection") return {};
  if (conditional === true && changed(operation) === "schema")
    return { gap: `${method}() of ${text} may not have run` };
  switch (operation.kind) {
    case "createCollection":
      return { calls: [`await ${code}.drop();`], since: `documents of ${text}` };
    case "dropCollection":
      return dropped(text, known);
    case "renameCollection": {
      if (operation.to === undefined) return { gap: `the new name of ${text} isn't known` };
      const { databaseCode: database } = collection;
      if (database === undefined)
        return { gap: `the migration has no database object to rename ${text} back` };
      const call = `await ${database}.collection(${JSON.stringify(operation.to)}).rename(${JSON.stringify(text)});`;
      return operation.dropTarget ? { calls: [call], lost: `the old ${operation.to}` } : { calls: [call] };
    }
    case "createDocumentIndex":
      return created(operation, known);
    case "dropDocumentIndex":
      return droppedIndex(operation, known);
    case "alterCollection":
      return altered(operation, known);
    case "updateDocuments":
      return updated(operation);
    case "insertDocuments":
      return { stays: `documents that ${method}() has added to ${text}` };
    case "deleteDocuments":
      return { lost: `documents of ${text} that ${method}() deletes` };
    case "aggregateInto":
      return operation.stage === "$out"
        ? { lost: `the old documents of ${operation.into ?? "the collection that $out names"}` }
        : { stays: `documents of ${operation.into ?? "the collection that $merge names"}` };
    case "syncIndexes":
      return { gap: `${method}() drops indexes of ${text} that the history doesn't name` };
    case "shardCollection":
      return { gap: `${operation.command} of ${text} has no way back` };
    case "databaseCommand":
      return { gap: `${operation.command} of ${text} has no way back` };
  }
}

/** Empty, with the indexes that the history knows. */
function dropped(text: string, known: KnownCollection | undefined): Back {
  const indexes = known?.is === "present" ? [...known.indexes.values()] : [];
  const name = JSON.stringify(text);
  const calls = indexes.flatMap((one) => createCall(`db.collection(${name})`, one));
  return { calls: [`await db.createCollection(${name});`, ...calls], lost: `the documents of ${text}` };
}

/** Empty where the history doesn't say all of its keys and options. */
function createCall(collection: string, { index, name }: KnownIndex): readonly string[] {
  const options = index.known ? optionsCode(index, name) : undefined;
  return index.keys === undefined || options === undefined
    ? []
    : [`await ${collection}.createIndex(${keysCode(index.keys)}${options});`];
}

const nameOf = ({ index }: CreateDocumentIndex): string | undefined =>
  index.name ?? (index.keys && indexName(index.keys));

function created(operation: CreateDocumentIndex, known: KnownCollection | undefined): Back {
  const name = nameOf(operation);
  const { code, text } = operation.collection ?? { code: "", text: "" };
  if (name === undefined) return { gap: `the index of ${text} has no name that is known before it runs` };
  // It was there before: this call changes nothing.
  if (known?.is === "present" && known.indexes.has(name)) return {};
  return { calls: [`await ${code}.dropIndex(${JSON.stringify(name)});`] };
}

function droppedIndex(operation: DropDocumentIndex, known: KnownCollection | undefined): Back {
  const { code, text } = operation.collection ?? { code: "", text: "" };
  const indexes = known?.is === "present" ? [...known.indexes.values()] : [];
  const found = indexes.filter(
    ({ name, index }) =>
      operation.name === "*" ||
      name === operation.name ||
      (operation.keys !== undefined && index.keys !== undefined && same(operation.keys, index.keys)),
  );
  const calls = found.flatMap((one) => createCall(code, one));
  const isAll = found.length > 0 && calls.length === found.length && operation.name !== "*";
  const which = operation.name === "*" ? "which indexes" : "the keys and options of the index that";
  return isAll ? { calls } : { calls, gap: `the history doesn't say ${which} ${text} loses` };
}

const same = (a: NonNullable<DropDocumentIndex["keys"]>, b: typeof a): boolean =>
  indexName(a) === indexName(b);

/** `, { unique: true, name: "email" }`; undefined: one of them refers to something of its own file. */
function optionsCode(index: DocumentIndex, name: string): string | undefined {
  const written = index.options;
  if (!isWrittenOut(written)) return undefined;
  const own =
    index.keys !== undefined && name === indexName(index.keys) ? [] : [`name: ${JSON.stringify(name)}`];
  const all = [...(written === "" ? [] : [written]), ...own];
  return all.length === 0 ? "" : `, { ${all.join(", ")} }`;
}

function altered(
  { collection, index, validator }: AlterCollection,
  known: KnownCollection | undefined,
): Back {
  if (collection === undefined) return {};
  if (validator !== undefined) {
    if (known?.is === "present" && known.validated === true)
      return { gap: `the history doesn't keep the validator that ${collection.text} had` };
    return {
      ...collModBack(collection, "validator: {}"),
      stays: `a validator that the application has given ${collection.text} before isn't restored`,
    };
  }
  if (index === undefined) return { gap: `what collMod changes of ${collection.text} isn't known` };
  const which =
    index.keys === undefined
      ? `name: ${JSON.stringify(index.name ?? "<index>")}`
      : `keyPattern: ${keysCode(index.keys)}`;
  const call = (option: string): Back => collModBack(collection, `index: { ${which}, ${option} }`);
  if (index.hidden !== undefined) return call(`hidden: ${!index.hidden}`);
  if (index.prepareUnique !== undefined) return call(`prepareUnique: ${!index.prepareUnique}`);
  if (index.unique === true)
    return { gap: `an index of ${collection.text} that is unique can't be made another by collMod` };
  return { gap: `the history doesn't say after how many seconds documents of ${collection.text} expired` };
}

function collModBack(collection: CollectionName, rest: string): Back {
  const call = collMod(collection, rest);
  return call === undefined
    ? { gap: `the migration has no database object to call collMod of ${collection.text}` }
    : { calls: [call] };
}

function updated({ collection, filter, change, many, method }: UpdateDocuments): Back {
  const { code, text } = collection ?? { code: "", text: "" };
  const { set, unset, rename, added, adjusted, known, replace, pipeline } = change;
  const own = `what ${method}() changes in documents of ${text}`;
  if (!known || replace || pipeline || !many) return { stays: own };
  const calls: string[] = [];
  for (const { from, to } of [...rename].reverse()) {
    if (to === undefined || filter.is !== "none") return { stays: own };
    calls.push(
      `await ${code}.updateMany({ ${fieldName(to)}: { $exists: true } }, { $rename: { ${fieldName(to)}: ${JSON.stringify(from)} } });`,
    );
  }
  // Only documents without the field are given one: all of its values are new.
  const fresh = set.filter(
    (field) => filter.code?.includes("$exists: false") === true && filter.fields.includes(field),
  );
  const others = set.filter((field) => !fresh.includes(field));
  const fields = filter.is === "none" ? set : fresh;
  if (fields.length > 0) {
    const unsets = fields.map((field) => `${fieldName(field)}: ""`).join(", ");
    calls.push(`await ${code}.updateMany({}, { $unset: { ${unsets} } });`);
  }
  const lost = [
    ...unset.map((field) => `values of ${text}.${field}`),
    ...(filter.is === "none" ? others.map((field) => `old values of ${text}.${field}`) : []),
  ];
  const since = fresh.map((field) => `values of ${text}.${field}`);
  const left = filter.is === "none" ? [] : others;
  return {
    calls,
    ...(lost.length === 0 ? {} : { lost: lost.join(", ") }),
    ...(since.length === 0 ? {} : { since: since.join(", ") }),
    ...(left.length + added.length + adjusted.length === 0
      ? {}
      : {
          stays: `${[...left, ...adjusted, ...added.map(({ field }) => field)].join(", ")} of documents of ${text}`,
        }),
  };
}
