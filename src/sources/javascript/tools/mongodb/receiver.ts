/** What a chain of calls is about: the client, a database, a collection, a cursor over one, a session. */
import type { Span } from "../../../../text/span.ts";
import type { CollectionName, DocumentFilter } from "../../../../model/operation.ts";
import type { Reader } from "../../evaluate.ts";
import { fieldOf, textOf, type ChainValue, type Link, type Value } from "../../value.ts";
import { filterOf } from "./values.ts";

export type Receiver =
  | { readonly is: "client"; readonly code: string }
  | Database
  | { readonly is: "collection"; readonly collection: CollectionName; readonly model: boolean }
  | Cursor
  | BulkBuilder
  | { readonly is: "session" }
  /** The shell's `sh`. */
  | { readonly is: "sharding" };

export interface Database {
  readonly is: "database";
  readonly name?: string | undefined;
  /** As it is written: `db`, `client.db("archive")`. */
  readonly code: string;
}

export interface Cursor {
  readonly is: "cursor";
  readonly collection: CollectionName;
  readonly filter: DocumentFilter;
  readonly limited: boolean;
  readonly projected: boolean;
  readonly groupedBy: readonly string[];
  /** The call that opens it. */
  readonly at: Span;
  readonly code: string | undefined;
  /** Mongoose's query: it gives all documents at once where nothing makes a cursor of it. */
  readonly query: boolean;
}

/** `users.initializeUnorderedBulkOp()`, and what its `find` chooses. */
export interface BulkBuilder {
  readonly is: "bulk";
  readonly collection: CollectionName;
  readonly chosen?: Value | undefined;
  readonly upsert: boolean;
}

/** How a tool hands over what its migrations work with. */
export interface Handles {
  /** `db` is a name of the shell's own. */
  readonly shell: boolean;
  /** It has the methods of db-migrate's driver. */
  readonly dbMigrate?: boolean;
  /** Its database may be a record of collections that the project has made. */
  readonly properties?: boolean;
  /** It is MikroORM's class of a migration. */
  readonly mikroOrm?: boolean;
}

/** A chain, those in the names that it begins with included: `users.find()`, with `const users = db.collection("users")`. */
export interface FlatChain {
  readonly root: Value;
  readonly rootName: string;
  readonly links: readonly Link[];
  /** How many of them belong to the names. */
  readonly before: number;
  /** See `ChainValue`. */
  readonly written?: ChainValue["written"];
}

export function flat(chain: ChainValue): FlatChain {
  const { root, written } = chain;
  if (root.is !== "chain") return { root, rootName: chain.rootName, links: chain.links, before: 0, written };
  const inner = flat(root);
  const before = inner.links.length;
  return {
    ...inner,
    links: [...inner.links, ...chain.links],
    before,
    written: written === undefined ? inner.written : { ...written, links: before + written.links },
  };
}

/** The receiver after `links` of the chain's links, in the migration's own words where it has some. */
export function inOwnWords(
  receiver: Receiver | undefined,
  { written }: FlatChain,
  links: number,
): Receiver | undefined {
  if (written?.links !== links) return receiver;
  const { code } = written;
  switch (receiver?.is) {
    case "client":
    case "database":
      return { ...receiver, code };
    case "collection":
      return { ...receiver, collection: { ...receiver.collection, code, databaseCode: undefined } };
    default:
      return receiver;
  }
}

/** What the chain begins with; undefined: nothing of MongoDB. */
export function rootReceiver({ root, rootName }: FlatChain, { shell }: Handles): Receiver | undefined {
  if (root.is === "handle") {
    if (root.role === "session") return { is: "session" };
    if (root.role === "client" || /client$/i.test(rootName))
      return { is: "client", code: rootName || "client" };
    return { is: "database", code: rootName || "db" };
  }
  if (rootName === "mongoose" && root.is === "unknown") return { is: "database", code: rootName };
  if (shell && rootName === "db" && root.is === "unknown") return { is: "database", code: rootName };
  if (shell && rootName === "sh" && root.is === "unknown") return { is: "sharding" };
  if (root.is === "new" && root.name === "MongoClient") return { is: "client", code: rootName || "client" };
  return undefined;
}

const cursorMethods =
  /^(?:sort|skip|project|projection|batchSize|addCursorFlag|noCursorTimeout|allowDiskUse|hint|collation|maxTimeMS|comment|map|select|lean|populate|read|readPref|session|cursor|stream|clone|exec|min|max|setOptions|where|match|unwind|group|lookup|addFields)$/;

/** Calls that are longer than this aren't written again. */
const longest = 300;

/** What a link of the chain gives; undefined: something that isn't followed. */
export function next(file: Reader, receiver: Receiver, link: Link, handles: Handles): Receiver | undefined {
  const { name, values } = link;
  switch (receiver.is) {
    case "client":
      // east hands over a record with the database, and has handed over the database itself.
      if (values === undefined)
        return name === "db" ? { is: "database", code: `${receiver.code}.db` } : undefined;
      if (name === "collection") return ofDatabase(file, { ...receiver, is: "database" }, link, handles);
      if (name === "db")
        return { is: "database", name: nameOr(values[0]), code: called(file, receiver, link) };
      if (name === "startSession") return { is: "session" };
      return name === "connect" ? receiver : undefined;
    case "database":
      return ofDatabase(file, receiver, link, handles);
    case "collection": {
      if (/^initialize(?:Unordered|Ordered)BulkOp$/.test(name))
        return { is: "bulk", collection: receiver.collection, upsert: false };
      if (values === undefined || !/^(?:find|aggregate)$/.test(name)) return undefined;
      const { collection, model: query } = receiver;
      const [first, options] = values;
      const written = file.text.slice(link.at.start, link.at.end);
      const code = file.isElsewhere === true || written.length > longest ? undefined : written;
      const cursor = { is: "cursor", collection, at: link.at, code, query } as const;
      if (name === "find")
        return {
          ...cursor,
          filter: filterOf(file, first),
          limited: hasOption(options, "limit"),
          projected: hasOption(options, "projection"),
          groupedBy: [],
        };
      return {
        ...cursor,
        filter: filterOf(file, fieldOf(first?.is === "list" ? first.items[0] : undefined, "$match")),
        limited: first === undefined || !isUnfiltered(first),
        projected: false,
        groupedBy: groupedFields(first),
      };
    }
    case "cursor":
      if (values === undefined) return receiver;
      if (name === "limit") return { ...receiver, limited: true };
      if (/^(?:project|projection|select)$/.test(name)) return { ...receiver, projected: true };
      if (/^(?:cursor|stream|batchSize)$/.test(name)) return { ...receiver, query: false };
      return cursorMethods.test(name) ? receiver : undefined;
    case "bulk":
      if (name === "upsert") return { ...receiver, upsert: true };
      return name === "find" ? { ...receiver, chosen: values?.[0] } : undefined;
    case "session":
    case "sharding":
      return undefined;
  }
}

/** Undefined: the connection's own. */
const nameOr = (value: Value | undefined): string | undefined => textOf(value);

function ofDatabase(file: Reader, receiver: Database, link: Link, handles: Handles): Receiver | undefined {
  const { shell, properties, mikroOrm } = handles;
  const { name, values } = link;
  if (mikroOrm === true) {
    const own = ofMikroOrm(file, receiver, link);
    if (own !== undefined) return own;
  }
  if (values === undefined) {
    if (/^(?:db|connection)$/.test(name)) return { ...receiver, code: `${receiver.code}.${name}` };
    if (name === "client") return { is: "client", code: `${receiver.code}.client` };
    if (!(shell || properties === true) || !/^\w+$/.test(name)) return undefined;
    // `db.users`: the shell's, or a record's that has no commands.
    const code = `${shell ? "db" : receiver.code}.${name}`;
    const databaseCode = shell ? "db" : undefined;
    const collection = { name, text: name, code, database: receiver.name, databaseCode };
    return { is: "collection", model: false, collection };
  }
  const [first] = values;
  if (name === "collection" || name === "getCollection")
    return first === undefined
      ? undefined
      : { is: "collection", model: false, collection: collectionOf(file, first, receiver) };
  if (name === "model") {
    const model = textOf(first);
    return model === undefined
      ? undefined
      : { is: "collection", model: true, collection: modelOf(model, called(file, receiver, link)) };
  }
  const code = called(file, receiver, link);
  if (/^(?:getSiblingDB|getDB|useDb)$/.test(name)) return { is: "database", name: nameOr(first) ?? "", code };
  if (name === "getClient") return { is: "client", code };
  // db-migrate's `db.connection.connect(db.connectionString)`
  if (name === "connect" && handles.dbMigrate === true) return { ...receiver, code: `(await ${code})` };
  if (name === "admin") return { is: "database", name: "admin", code };
  return name === "startSession" ? { is: "session" } : undefined;
}

/** `this.getCollection("users")`, `this.driver.getConnection().getDb()` */
function ofMikroOrm(file: Reader, receiver: Database, link: Link): Receiver | undefined {
  const { name, values } = link;
  if (values === undefined)
    return name === "driver" ? { ...receiver, code: `${receiver.code}.driver` } : undefined;
  if (/^(?:getConnection|getDb)$/.test(name)) return { ...receiver, code: called(file, receiver, link) };
  const [first] = values;
  if (name !== "getCollection" || first === undefined) return undefined;
  const collection = collectionOf(file, first, receiver);
  const code = collection.code.replace(".collection(", ".getCollection(");
  return {
    is: "collection",
    model: false,
    collection: { ...collection, code, databaseCode: "this.driver.getConnection().getDb()" },
  };
}

/** The receiver with what is called of it, as it is written. */
const called = (file: Reader, { code }: { readonly code: string }, { at }: Link): string =>
  `${code}.${file.text.slice(at.start, at.end)}`;

/** A model of Mongoose; the driver's collection is below it. */
export const modelOf = (name: string, code: string): CollectionName => ({
  name,
  text: name,
  code: `${code}.collection`,
  databaseCode: `${code}.db.db`,
  ownMethods: true,
});

export function collectionOf(file: Reader, value: Value, database: Database): CollectionName {
  const name = textOf(value);
  const written = file.text.slice(value.at.start, value.at.end);
  const short = written.slice(0, 60).replaceAll(/\s+/g, " ");
  // Mongoose's connection has the driver's database below it.
  const owner = /(?:^|\.)(?:mongoose|conn(?:ection)?)$/i.test(database.code)
    ? `${database.code}.db`
    : database.code;
  return {
    name,
    text: name ?? `<${short}>`,
    code: `${database.code}.collection(${name === undefined ? written : JSON.stringify(name)})`,
    ...(/^["'`]/.test(written) || file.isElsewhere === true || written.length > longest ? {} : { written }),
    databaseCode: owner,
    database: database.name,
    ...(name === undefined && file.isElsewhere === true ? { withoutDriver: true } : {}),
  };
}

const hasOption = (options: Value | undefined, name: string): boolean =>
  options?.is === "record" && options.fields.has(name);

/** `{ $group: { _id: "$email" } }`, `{ $group: { _id: { email: "$email" } } }` */
function groupedFields(pipeline: Value | undefined): readonly string[] {
  const stages = pipeline?.is === "list" ? pipeline.items : [];
  return stages.flatMap((stage) => {
    const key = fieldOf(fieldOf(stage, "$group"), "_id");
    const parts = key?.is === "record" ? [...key.fields.values()] : key === undefined ? [] : [key];
    return parts.flatMap((part) => textOf(part)?.replace(/^\$/, "") ?? []);
  });
}

/** A pipeline gives every document unless a stage chooses or counts; one that isn't known may. */
const isUnfiltered = (pipeline: Value): boolean =>
  pipeline.is === "list" &&
  pipeline.items.every(
    (stage) =>
      stage.is === "record" && !stage.open && [...stage.fields.keys()].every((name) => passing.test(name)),
  );

const passing = /^\$(?:project|addFields|set|unset|sort|lookup|replaceRoot|replaceWith)$/;
