/** What migrations do to MongoDB: a call of its driver, or one of the operations of a bulk write. */
import type { Span } from "../../text/span.ts";
import type { OperationBase } from "./base.ts";

/** A collection as a call names it. */
export interface CollectionName {
  /** Undefined: it isn't known before it runs. */
  readonly name: string | undefined;
  /** For messages: the name, or the expression for it. */
  readonly text: string;
  /** As a migration gets at it again: `db.collection("users")`, `User.collection`. */
  readonly code: string;
  /** The expression for its name, where that is none that is written out: `collection`, the variable of a loop. */
  readonly written?: string | undefined;
  /** Its database, likewise: `client.db("archive")`; undefined: the migration has no object for it. */
  readonly databaseCode: string | undefined;
  /** Both as the call itself gets at them, where `code` has names that aren't known there, or opens a connection. */
  readonly here?:
    { readonly code: string | undefined; readonly databaseCode: string | undefined } | undefined;
  /** It is used in MongoDB's shell, whose methods aren't quite those of the driver. */
  readonly shell?: true | undefined;
  /** Its methods aren't those of the driver: it is a model of Mongoose, or a collection of the shell. */
  readonly ownMethods?: true | undefined;
  /** Its driver is the tool's own, an old one, whatever the project uses. */
  readonly oldDriver?: true | undefined;
  /** The migration has no object of the driver for it. */
  readonly withoutDriver?: true | undefined;
  /** Another database than that of the migration: `client.db("archive")`. */
  readonly database?: string | undefined;
}

/**
 * What becomes of a call's promise. `awaited`: it is, or is kept and may be; `dropped`: nothing awaits it; `forEach`: it is
 * in a callback that nothing awaits, whether that one awaits it or not.
 */
export type Waits = "awaited" | "dropped" | "forEach";

/** What all calls of the driver have. */
interface DocumentBase<K extends string> extends OperationBase<K> {
  /** As it is written: `updateMany`, `renameCollection`. */
  readonly method: string;
  /** Undefined: it is about a whole database. */
  readonly collection: CollectionName | undefined;
  readonly waits: Waits;
  /** It stands in a transaction, which has this number in its script. */
  readonly inTransaction?: number | undefined;
  /** Its options name a session; undefined: they aren't known. */
  readonly hasSession: boolean | undefined;
  /** The call of a function of the same file that it is in. */
  readonly calledAt?: Span | undefined;
  /** The migration keeps what it gives: `const result = await …`. */
  readonly kept?: true | undefined;
  /** What is kept so is named more than once behind it. */
  readonly usedAgain?: true | undefined;
  /** The callback of its transaction ends the session itself. */
  readonly endsSession?: true | undefined;
  /** It is an argument of another call, or the like. */
  readonly nested?: true | undefined;
  /** Its error is caught: the migration continues without it. */
  readonly caught?: true | undefined;
  /** A `catch` around it, in the loop, does something about its error: a call for many documents would need another one. */
  readonly handled?: true | undefined;
  /** Where nothing can be awaited: the migration's function isn't async, or a callback in it. */
  readonly sync?: "migration" | "callback" | undefined;
  /** Its options as they are written; empty: they aren't known; undefined: there are none. */
  readonly optionsCode?: string | undefined;
  /** One of several calls that run at the same time: `Promise.all`. */
  readonly parallel?: true | undefined;
  /** `w` of its write concern. */
  readonly writeConcern?: number | string | undefined;
  /** It runs once for each of these documents. */
  readonly each?: DocumentLoop | undefined;
}

/** The documents that a loop goes through. */
export interface DocumentLoop {
  readonly filter: DocumentFilter;
  /** With a limit, or a stage that counts or groups. */
  readonly limited: boolean;
  /** The fields of a `$group`: those that are found more than once. */
  readonly groupedBy: readonly string[];
  /** Fields that conditions around the call ask for. */
  readonly tested: readonly string[];
  /** Collections in which a round looks for other documents than its own; those behind the call come later. */
  readonly lookedUp: readonly string[];
  /** The call that reads them. */
  readonly at: Span;
}

/** Which documents a call chooses. */
export interface DocumentFilter {
  /** `none`: all; `unknown`: the filter isn't known. */
  readonly is: "none" | "some" | "unknown";
  /** Fields that it names, those below `$and` and the like included. */
  readonly fields: readonly string[];
  /** By `_id`, alone or in a list or range, or by a limit: the number of documents is bounded. */
  readonly bounded: boolean;
  /** Fields that hold nothing in all documents that it chooses: null, an empty text, or none at all. */
  readonly empty?: readonly string[] | undefined;
  /** As it is written; undefined: there is none. */
  readonly code?: string | undefined;
}

/** What an update does to fields. */
export interface DocumentChange {
  readonly set: readonly string[];
  readonly unset: readonly string[];
  readonly rename: readonly { readonly from: string; readonly to: string | undefined }[];
  /** Fields whose new value depends on the old one: `$inc`, `$mul`, `$push`. */
  readonly added: readonly { readonly operator: string; readonly field: string }[];
  /** Fields that `$addToSet`, `$pull`, `$min` and the like change: again, they change nothing more. */
  readonly adjusted: readonly string[];
  /** The values of the fields that are set, where nothing else is done; undefined: one isn't known, or null. */
  readonly constants?: readonly string[] | undefined;
  /** Its other operators besides `$rename` and `$unset`, as they are written; undefined: not known. */
  readonly rest?: string | undefined;
  /** Fields that a pipeline reads and takes away: a second run finds nothing there. */
  readonly moved: readonly string[];
  /** Of them, those that it, or only a copy in it, gives other fields as they are. */
  readonly copied: readonly string[];
  /** A pipeline, whose stages aren't looked into beyond `$set` and `$unset`. */
  readonly pipeline: boolean;
  /** The whole document is replaced. */
  readonly replace: boolean;
  /** All of it is known. */
  readonly known: boolean;
  /** As it is written. */
  readonly code?: string | undefined;
}

/** The rules for documents that a collection is given. */
export interface DocumentValidator {
  readonly at: Span;
  /** `strict` where nothing else is written; undefined: not known. */
  readonly level: string | undefined;
  /** `error` where nothing else is written; undefined: not known. */
  readonly action: string | undefined;
  /** An empty one, which takes all documents. */
  readonly empty: boolean;
  /** It is made of the one that the collection has. */
  readonly derived?: true | undefined;
  /** As it is written. */
  readonly code?: string | undefined;
}

/** What createIndex is given. */
export interface DocumentIndex {
  /** In its order; undefined: not known. */
  readonly keys: readonly DocumentKey[] | undefined;
  readonly name?: string | undefined;
  readonly unique: boolean;
  readonly hidden: boolean;
  /** With a `partialFilterExpression`, or sparse. */
  readonly partial: boolean;
  /** The `partialFilterExpression`, as it is written. */
  readonly filterCode?: string | undefined;
  readonly expireAfterSeconds?: number | "unknown" | undefined;
  /** `background: true`, where it is written. */
  readonly background?: Span | undefined;
  readonly commitQuorum?: number | string | undefined;
  /** Options besides those of the build, in one text: two with the same keys and other texts can't both be. */
  readonly options: string;
  /** All of them are known. */
  readonly known: boolean;
}

export interface DocumentKey {
  readonly field: string;
  /** 1, -1, `text`, `2dsphere`, `hashed`. */
  readonly kind: number | string;
}

export interface CreateCollection extends DocumentBase<"createCollection"> {
  readonly validator?: DocumentValidator | undefined;
}
/** `collection` undefined: the database with all of them. */
export type DropCollection = DocumentBase<"dropCollection">;
export interface RenameCollection extends DocumentBase<"renameCollection"> {
  readonly to: string | undefined;
  /** It drops a collection that has the new name. */
  readonly dropTarget: boolean;
}
/** collMod. */
export interface AlterCollection extends DocumentBase<"alterCollection"> {
  readonly validator?: DocumentValidator | undefined;
  readonly index?: AlteredIndex | undefined;
}
export interface AlteredIndex {
  readonly hidden?: boolean | undefined;
  readonly prepareUnique?: boolean | undefined;
  readonly unique?: boolean | undefined;
  readonly expireAfterSeconds?: number | "unknown" | undefined;
  readonly keys?: readonly DocumentKey[] | undefined;
  readonly name?: string | undefined;
}
export interface CreateDocumentIndex extends DocumentBase<"createDocumentIndex"> {
  readonly index: DocumentIndex;
}
export interface DropDocumentIndex extends DocumentBase<"dropDocumentIndex"> {
  /** `*`: all of them; undefined: not known. */
  readonly name: string | undefined;
  /** Where it is named by its keys. */
  readonly keys?: readonly DocumentKey[] | undefined;
}
/** Mongoose: it drops every index that the schema doesn't declare, and builds those that it does. */
export type SyncIndexes = DocumentBase<"syncIndexes">;
export interface InsertDocuments extends DocumentBase<"insertDocuments"> {
  readonly many: boolean;
  /** Every document has an `_id` of its own; undefined: they aren't known. */
  readonly hasId: boolean | undefined;
  /** Fields of the documents that are known. */
  readonly fields: readonly string[];
  /** How many; undefined: not known. */
  readonly count?: number | undefined;
}
export interface UpdateDocuments extends DocumentBase<"updateDocuments"> {
  readonly many: boolean;
  readonly filter: DocumentFilter;
  readonly change: DocumentChange;
  readonly upsert: boolean;
}
export interface DeleteDocuments extends DocumentBase<"deleteDocuments"> {
  readonly many: boolean;
  readonly filter: DocumentFilter;
}
export interface ReadDocuments extends DocumentBase<"readDocuments"> {
  readonly filter: DocumentFilter;
  /** `toArray()`: all of them are held at once. */
  readonly inMemory: boolean;
  /** With a limit, or a stage that counts or groups. */
  readonly limited: boolean;
  /** Only some of their fields are read. */
  readonly projected: boolean;
  /** The fields of a `$group`. */
  readonly groupedBy: readonly string[];
  /** The call that opens the cursor. */
  readonly opened: Span;
  /** That call as it is written: `find({})`. */
  readonly code?: string | undefined;
  /** A loop goes through it as through a list, which throws. */
  readonly notIterable?: true | undefined;
}
/** An aggregation that writes: `$out` replaces the collection, `$merge` changes some of it. */
export interface AggregateInto extends DocumentBase<"aggregateInto"> {
  readonly stage: "$out" | "$merge";
  /** Undefined: not known. */
  readonly into: string | undefined;
}
/** A collection is distributed over shards, or by another key. */
export interface ShardCollection extends DocumentBase<"shardCollection"> {
  readonly command:
    "shardCollection" | "reshardCollection" | "refineCollectionShardKey" | "unshardCollection";
  /** In its order; undefined: not known, or none. */
  readonly keys: readonly DocumentKey[] | undefined;
  readonly unique: boolean;
}
/** Any other command that changes something: `compact`, `reIndex`. */
export interface DatabaseCommand extends DocumentBase<"databaseCommand"> {
  readonly command: string;
}

export type DocumentOperation =
  | CreateCollection
  | DropCollection
  | RenameCollection
  | AlterCollection
  | CreateDocumentIndex
  | DropDocumentIndex
  | SyncIndexes
  | InsertDocuments
  | UpdateDocuments
  | DeleteDocuments
  | ReadDocuments
  | AggregateInto
  | ShardCollection
  | DatabaseCommand;

export type DocumentKind = DocumentOperation["kind"];
