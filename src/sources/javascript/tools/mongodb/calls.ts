/** What each method of a collection and a database does. */
import type { CollectionName, DocumentOperation } from "../../../../model/operation.ts";
import type { Reader } from "../../evaluate.ts";
import { returned } from "../../evaluate.ts";
import { booleanOf, fieldOf, isNothing, isOn, itemsOf, textOf, type Value } from "../../value.ts";
import type { BulkBuilder } from "./receiver.ts";
import { changeOf, filterOf, indexOf, keysOf, one } from "./values.ts";

/** An operation without what every call has. */
export type Bare = DocumentOperation extends infer O
  ? O extends DocumentOperation
    ? Omit<O, "span" | "head" | "method" | "collection" | "waits" | "hasSession" | "writeConcern"> & {
        readonly collection?: CollectionName | undefined;
      }
    : never
  : never;

export interface Found {
  readonly operations: readonly Bare[];
  /** Where the options stand among the arguments; undefined: it has none. */
  readonly options?: Value | undefined;
}

type Method = (values: readonly Value[], file: Reader) => Found;

const update =
  (many: boolean | "multi"): Method =>
  ([filter, change, options], file) => {
    const isMany = many === "multi" ? isOn(options, "multi") : many;
    return {
      options,
      operations: [updating(file, { many: isMany, filter, change, options, replaces: false })],
    };
  };

interface Update {
  readonly many: boolean;
  readonly filter: Value | undefined;
  readonly change: Value | undefined;
  readonly options: Value | undefined;
  readonly replaces: boolean;
}

function updating(file: Reader, { many, filter, change, options, replaces }: Update): Bare {
  const chosen = filterOf(file, filter);
  return {
    kind: "updateDocuments",
    many,
    filter: many ? chosen : one(chosen),
    change: changeOf(file, change, replaces),
    upsert: isOn(options, "upsert"),
  };
}

const replace: Method = ([filter, change, options], file) => ({
  options,
  operations: [updating(file, { many: false, filter, change, options, replaces: true })],
});

const byId: Method = ([id, change, options], file) => ({
  options,
  operations: [
    {
      kind: "updateDocuments",
      many: false,
      filter: {
        is: "some",
        fields: ["_id"],
        bounded: true,
        code: id && `{ _id: ${file.text.slice(id.at.start, id.at.end)} }`,
      },
      change: changeOf(file, change),
      upsert: isOn(options, "upsert"),
    },
  ],
});

const remove =
  (many: boolean): Method =>
  ([filter, options], file) => {
    const isOne = !many || booleanOf(options) === true || isOn(options, "justOne") || isOn(options, "single");
    const chosen = filterOf(file, filter);
    return {
      options,
      operations: [{ kind: "deleteDocuments", many: !isOne, filter: isOne ? one(chosen) : chosen }],
    };
  };

const insert =
  (many: boolean): Method =>
  ([given, options]) => ({ options, operations: [inserting(given, many)] });

function inserting(given: Value | undefined, many: boolean): Bare {
  const documents = itemsOf(given);
  const known = documents.every((document) => document.is === "record" && !document.open);
  const ids = documents.map((document) => fieldOf(document, "_id") !== undefined);
  const fields = documents.flatMap((document) =>
    document.is === "record" ? [...document.fields.keys()] : [],
  );
  return {
    kind: "insertDocuments",
    many: many || given?.is === "list",
    hasId: known ? ids.every(Boolean) : ids.every(Boolean) && ids.length > 0 ? true : undefined,
    fields: [...new Set(fields)],
    count: given?.is === "list" || known ? documents.length : undefined,
  };
}

const createIndex: Method = ([keys, options], file) => ({
  options,
  operations: [{ kind: "createDocumentIndex", index: indexOf(file, keys, options) }],
});

const createIndexes: Method = ([specs, options], file) => ({
  options,
  operations: itemsOf(specs).map((spec): Bare => {
    const index = indexOf(file, fieldOf(spec, "key"), spec);
    return { kind: "createDocumentIndex", index: spec.is === "record" ? index : { ...index, known: false } };
  }),
});

const dropIndex: Method = ([index, options]) => {
  const name = textOf(index);
  const keys = name === undefined ? keysOf(index) : undefined;
  return { options, operations: [{ kind: "dropDocumentIndex", name, ...(keys && { keys }) }] };
};

const dropIndexes: Method = (values) => {
  const [index] = values;
  const isAll = isNothing(index) || index?.is === "record";
  // The driver's takes nothing but options; the shell's may name one.
  return isAll && keysOf(index)?.length !== 1
    ? { options: index, operations: [{ kind: "dropDocumentIndex", name: "*" }] }
    : dropIndex(values, {} as Reader);
};

const aggregate: Method = ([pipeline, options]) => {
  const last = pipeline?.is === "list" ? pipeline.items.at(-1) : undefined;
  const stage = ["$out", "$merge"].find((name) => fieldOf(last, name) !== undefined);
  if (stage !== "$out" && stage !== "$merge") return { options, operations: [] };
  const given = fieldOf(last, stage);
  const target = given?.is === "record" ? (given.fields.get("into") ?? given.fields.get("coll")) : given;
  const into = textOf(target?.is === "record" ? target.fields.get("coll") : target);
  return { options, operations: [{ kind: "aggregateInto", stage, into }] };
};

const rename: Method = ([to, options]) => ({
  options,
  operations: [
    {
      kind: "renameCollection",
      to: textOf(to),
      // The shell's takes it as it is.
      dropTarget: isOn(options, "dropTarget") || booleanOf(options) === true,
    },
  ],
});

/** The operations of `bulkWrite([…])`, or of `bulkWrite(documents.map((one) => ({ updateOne: … })))`. */
const bulkWrite: Method = ([given, options], file) => ({
  options,
  operations: writesOf(given, file).flatMap((write) => bulkOperation(write, file)),
});

function writesOf(given: Value | undefined, file: Reader): readonly Value[] {
  if (given?.is !== "chain") return itemsOf(given);
  const link = given.links.at(-1);
  const [mapper] = link?.values ?? [];
  if (link?.name !== "map" || mapper?.is !== "function") return [];
  const made = returned(file, mapper, [], 0);
  return made === undefined ? [] : [made];
}

export function bulkOperation(write: Value, file: Reader): readonly Bare[] {
  if (write.is !== "record") return [];
  return [...write.fields].flatMap(([name, given]): readonly Bare[] => {
    const change = fieldOf(given, "update");
    const filter = fieldOf(given, "filter");
    switch (name) {
      case "insertOne":
        return [inserting(fieldOf(given, "document") ?? given, false)];
      case "updateOne":
      case "updateMany":
        return [
          updating(file, { many: name === "updateMany", filter, change, options: given, replaces: false }),
        ];
      case "replaceOne":
        return [
          updating(file, {
            many: false,
            filter,
            change: fieldOf(given, "replacement"),
            options: given,
            replaces: true,
          }),
        ];
      case "deleteOne":
      case "deleteMany":
        return remove(name === "deleteMany")([...(filter === undefined ? [] : [filter])], file).operations;
      default:
        return [];
    }
  });
}

/** `bulk.find({ … }).updateOne({ … })`; undefined: it isn't followed. */
export function builtWrite(
  file: Reader,
  { chosen, upsert }: BulkBuilder,
  name: string,
  values: readonly Value[],
): Found | undefined {
  const [first] = values;
  switch (name) {
    case "insert":
      return { operations: [inserting(first, false)] };
    case "update":
    case "updateOne":
    case "replaceOne": {
      const write = { many: name === "update", filter: chosen, change: first, options: undefined };
      const made = updating(file, { ...write, replaces: name === "replaceOne" });
      return { operations: [{ ...made, upsert } as Bare] };
    }
    case "delete":
    case "deleteOne":
    case "remove":
    case "removeOne":
      return remove(!name.endsWith("One"))(chosen === undefined ? [] : [chosen], file);
    case "execute":
    case "raw":
      return { operations: [] };
    default:
      return undefined;
  }
}

const nothing: Method = () => ({ operations: [] });
const databaseCommand =
  (command: string): Method =>
  ([, options]) => ({ options, operations: [{ kind: "databaseCommand", command }] });

const hidden =
  (value: boolean): Method =>
  ([index]) => ({
    operations: [
      { kind: "alterCollection", index: { hidden: value, name: textOf(index), keys: keysOf(index) } },
    ],
  });

/** Methods of a collection that change something; those of Mongoose's models among them. */
export const collectionMethods: ReadonlyMap<string, Method> = new Map<string, Method>(
  Object.entries({
    insertOne: insert(false),
    insertMany: insert(true),
    insert: insert(false),
    create: insert(false),
    save: insert(false),
    updateOne: update(false),
    updateMany: update(true),
    update: update("multi"),
    findOneAndUpdate: update(false),
    findAndModify: nothing,
    findByIdAndUpdate: byId,
    replaceOne: replace,
    findOneAndReplace: replace,
    deleteOne: remove(false),
    deleteMany: remove(true),
    remove: remove(true),
    findOneAndDelete: remove(false),
    findOneAndRemove: remove(false),
    findByIdAndDelete: remove(false),
    bulkWrite,
    createIndex,
    createIndexes,
    ensureIndex: createIndex,
    dropIndex,
    dropIndexes,
    dropAllIndexes: dropIndexes,
    hideIndex: hidden(true),
    unhideIndex: hidden(false),
    drop: ([options]) => ({ options, operations: [{ kind: "dropCollection" }] }),
    rename,
    renameCollection: rename,
    aggregate,
    syncIndexes: ([options]) => ({ options, operations: [{ kind: "syncIndexes" }] }),
    cleanIndexes: ([options]) => ({ options, operations: [{ kind: "syncIndexes" }] }),
    reIndex: databaseCommand("reIndex"),
    convertToCapped: databaseCommand("convertToCapped"),
    mapReduce: databaseCommand("mapReduce"),
  } satisfies Record<string, Method>),
);

/** Those that only read, or make another object. */
export const harmless =
  /^(?:find|findOne|findById|initializeUnorderedBulkOp|initializeOrderedBulkOp|exists|aggregate|count|countDocuments|estimatedDocumentCount|distinct|indexes|listIndexes|indexExists|indexInformation|getIndexes|isCapped|options|stats|watch|collection|collections|listCollections|getCollection|getCollectionNames|getCollectionInfos|model|modelNames|db|admin|close|connect|connection|disconnect|startSession|endSession|commitTransaction|abortTransaction|startTransaction|getClient|getSiblingDB|getDB|useDb|getMongo|toArray|next|hasNext|tryNext|limit|sort|project|explain|size|itcount|validate|serverStatus|ping|listDatabases|buildInfo|getName|getIndices|dataSize|totalSize|storageSize|asPromise|lean|exec|session|then|catch|finally)$/;
