/** MongoDB's driver, Mongoose's connections and models, and the shell's scripts: each call as what it does. */
import type { Span } from "../../../../text/span.ts";
import type { CollectionName, DocumentFilter, DocumentLoop, Waits } from "../../../../model/operation.ts";
import { handed } from "../../handed.ts";
import { inRound } from "../../flow.ts";
import { headOf, type Call, type CodeTool, type Output, type ToolReader } from "../../tool.ts";
import { children, spanOf } from "../../tree.ts";
import {
  fieldOf,
  isNothing,
  numberOf,
  textOf,
  type ChainValue,
  type FunctionValue,
  type ImportedBody,
  type Link,
  type Value,
} from "../../value.ts";
import { handleAt, type OnChain } from "../../walk.ts";
import { builtWrite, collectionMethods, harmless, type Found } from "./calls.ts";
import { databaseCall } from "./database.ts";
import type { Reader } from "../../evaluate.ts";
import { dbMigrateCall } from "./db-migrate.ts";
import { withNamesOfPlace } from "./here.ts";
import { shardingCall } from "./shards.ts";
import { returnedBy } from "./returned.ts";
import { codeOf, filterOf } from "./values.ts";
import { WriteLists } from "./write-lists.ts";
import {
  flat,
  inOwnWords,
  modelOf,
  next,
  rootReceiver,
  type Cursor,
  type FlatChain,
  type Handles,
  type Receiver,
} from "./receiver.ts";

/** More items than this are followed as one. */
const longestList = 100;

const callbackNames = /^(?:next|done|cb|callback)$/;
const saysDone = /\b(?:next|done|cb|callback|resolve|reject)\b/;

class MongoReader implements ToolReader {
  #output: Output;
  readonly #handles: Handles;
  readonly #lists = new WriteLists();
  /** Calls in callbacks that nothing awaits. */
  #unheard = 0;
  /** What the callback of `forEach` around a call gives back; undefined: there is none. */
  #returned: readonly Span[] | undefined;
  #transaction: number | undefined;
  /** The documents that have been asked for last: a loop goes through them. */
  #each: Cursor | undefined;
  /** See `DocumentLoop.lookedUp`. */
  #lookedUp: string[] = [];
  /** The callback of the transaction ends its session. */
  #endsSession = false;
  #transactions = 0;
  /** Arguments of `Promise.all`. */
  readonly #together: Span[] = [];

  constructor(output: Output, handles: Handles) {
    this.#output = output;
    this.#handles = handles;
  }

  chain(given: ChainValue, call: Call): number {
    const chain = flat(given);
    if (call.flow.iterated !== undefined) return this.#iterated(chain, given.at, call);
    if (chain.rootName === "Promise" && /^(?:all|allSettled)$/.test(given.links[0]?.name ?? ""))
      this.#together.push(...(given.links[0]?.values?.filter(isSeveral) ?? []).map(({ at }) => at));
    const [first] = given.links;
    if (first?.values !== undefined) {
      const called = first.name === "" ? given.root : fieldOf(given.root, first.name);
      if (called?.is === "function" && given.links.length === 1 && first.name === "")
        return this.#helper(called, first, call);
      if (called?.is === "imported") return this.#imported(called.body, first, call);
      if (first.name === "push" && given.links.length === 1)
        this.#lists.add(given.rootName, first.values, this.#output.file);
    }
    let receiver = inOwnWords(rootReceiver(chain, this.#handles) ?? this.#model(chain), chain, 0);
    if (receiver === undefined) this.#other(given, call);
    let used = 0;
    for (const [i, link] of chain.links.entries()) {
      const own = i - chain.before;
      this.#asked(receiver, call);
      if (own >= 0 && this.#loop(link, given, call)) used = own + 1;
      else if (own >= 0 && receiver !== undefined && this.#link(receiver, link, chain, given, call))
        used = own + 1;
      const made = receiver && next(this.#output.file, receiver, link, this.#handles);
      receiver = inOwnWords(made, chain, i + 1);
    }
    this.#asked(receiver, call);
    return used;
  }

  /** A `for … of` without `await` goes through neither a cursor nor a promise; what it would do never runs. */
  #iterated(chain: FlatChain, at: Span, call: Call): number {
    if (this.#handles.shell) return 0;
    const { file } = this.#output;
    let receiver = rootReceiver(chain, this.#handles) ?? this.#model(chain);
    for (const link of chain.links) receiver &&= next(file, receiver, link, this.#handles);
    // A query of Mongoose is a list once it is awaited.
    if (receiver?.is !== "cursor" || (receiver.query && call.flow.iterated === "awaited")) return 0;
    const { collection, filter, limited, projected, groupedBy, code } = receiver;
    const read = {
      ...{ collection, filter, inMemory: false, limited, projected },
      ...{ groupedBy, opened: at, code },
    } as const;
    const own = { span: at, head: at, method: chain.links.at(-1)?.name ?? "", hasSession: false } as const;
    const operation = {
      ...read,
      ...own,
      kind: "readDocuments",
      waits: "awaited",
      notIterable: true,
    } as const;
    this.#output.documents([operation], at, call);
    return 1;
  }

  /** What a loop asks for in each of its rounds is looked up: the loop goes through other documents. */
  #asked(receiver: Receiver | undefined, { flow }: Call): void {
    if (receiver?.is !== "cursor") return;
    if (!flow.repeated || this.#each === undefined) {
      this.#each = receiver;
      this.#lookedUp = [];
    } else if (receiver.at.start !== this.#each.at.start) this.#looksUp(receiver.collection, receiver.filter);
  }

  /** Looks for documents while a loop goes through others; one by its `_id` is that of the round. */
  #looksUp({ text }: CollectionName, filter: DocumentFilter): void {
    if (!filter.fields.includes("_id") && !this.#lookedUp.includes(text)) this.#lookedUp.push(text);
  }

  /** True: a callback for each of several values has been followed. */
  #loop(link: Link, { root, links }: ChainValue, call: Call): boolean {
    const { name, values = [] } = link;
    const callback = values.find((value) => value.is === "function");
    if (callback?.is !== "function") return false;
    const isDropped =
      name === "map" && call.alone === true && links.at(-1) === link && callback.tree["async"] === true;
    if (!isDropped && !/^(?:forEach|eachAsync|each)$/.test(name)) return false;
    const isHeard = name === "eachAsync";
    const isUnheard = !isHeard && callback.tree["async"] === true;
    const around = this.#returned;
    this.#returned = isHeard ? undefined : returnedBy(callback);
    if (isUnheard) this.#unheard++;
    const items =
      root.is === "list" && links[0] === link && root.items.length <= longestList ? root.items : undefined;
    if (items === undefined) this.#output.run(callback, [], this.#follow, inRound(call.flow));
    else for (const item of items) this.#output.run(callback, [item], this.#follow, call.flow);
    if (isUnheard) this.#unheard--;
    this.#returned = around;
    return true;
  }

  /** An imported model of Mongoose. */
  #model({ root, rootName, links }: FlatChain): Receiver | undefined {
    const [first] = links;
    const isModel =
      /^[A-Z]\w*$/.test(rootName) &&
      !builtIn.test(rootName) &&
      (root.is === "unknown" || root.is === "imported");
    if (!isModel || first?.values === undefined || !this.#knowsMongoose()) return undefined;
    if (!collectionMethods.has(first.name) && !/^(?:find|aggregate)$/.test(first.name)) return undefined;
    return {
      is: "collection",
      model: true,
      collection: modelOf(rootName, rootName),
    };
  }

  #knowsMongoose(): boolean {
    return /\bmongoose\b|\bmodels?\//i.test(this.#output.file.text);
  }

  /** An async helper of the file that nothing awaits. */
  #helper(called: FunctionValue, link: Link, call: Call): number {
    const isDropped = call.alone === true && called.tree["async"] === true && call.flow.promised !== true;
    if (isDropped) this.#unheard++;
    const flow = { ...call.flow, calledAt: call.flow.calledAt ?? headOf(link) };
    const run = (): void => {
      this.#output.run(called, link.values ?? [], this.#follow, flow);
    };
    this.#lists.within(link, called, run);
    if (isDropped) this.#unheard--;
    return 1;
  }

  /** A helper of another file that is handed something to work with. */
  #imported({ file, called }: ImportedBody, link: Link, call: Call): number {
    const values = link.values ?? [];
    const inner = this.#output.inside({ file, called }, headOf(link), call);
    if (inner === undefined || values.some(({ is }) => is === "function")) return 0;
    const parameters = children(called.tree, "params");
    const given = values.map((value, i) => handed(value, spanOf(parameters[i] ?? called.tree)));
    const outer = this.#output;
    this.#output = inner;
    this.#helper(called, { ...link, values: given }, call);
    this.#output = outer;
    return 1;
  }

  /** Code of another file that is handed a collection may do anything with it. */
  #other({ root, rootName, links }: ChainValue, call: Call): void {
    const [link] = links;
    if (link?.values === undefined || root.is === "list" || root.is === "function") return;
    // The shell's helpers for replica sets.
    if (this.#handles.shell && rootName === "rs") this.#output.dynamic(link.at, call);
    const isHanded = link.values.some((value) => {
      if (value.is !== "chain") return false;
      const inner = flat(value);
      const made = inner.links.at(-1);
      return (
        rootReceiver(inner, this.#handles) !== undefined && /^(?:collection|db|model)$/.test(made?.name ?? "")
      );
    });
    if (isHanded) this.#output.dynamic(link.at, call);
  }

  readonly #follow: OnChain = (chain, flow, statement, alone) =>
    this.chain(chain, { flow, statement, alone });

  /** True: its callback has been followed. */
  #link(receiver: Receiver, link: Link, chain: FlatChain, given: ChainValue, call: Call): boolean {
    const { name, values } = link;
    if (values === undefined) return false;
    const callback = values.find((value) => value.is === "function");
    if (receiver.is === "session") return this.#session(link, callback, call);
    const isConnection = receiver.is === "client" || receiver.is === "database";
    if (callback?.is === "function" && name === "then" && isConnection) {
      this.#output.run(callback, [handleAt(callback.at, receiver.is)], this.#follow, call.flow);
      return true;
    }
    if (callback !== undefined && /^(?:withSession|transaction)$/.test(name)) {
      const isTransaction = name === "transaction";
      this.#inTransaction(isTransaction, callback, call);
      return true;
    }
    const found =
      receiver.is === "collection"
        ? collectionMethods.get(name)?.(values, this.#output.file)
        : receiver.is === "database"
          ? ((this.#handles.dbMigrate === true
              ? dbMigrateCall(this.#output.file, name, values)
              : undefined) ?? databaseCall(this.#output.file, name, values, receiver))
          : receiver.is === "cursor"
            ? this.#read(receiver, link)
            : receiver.is === "sharding"
              ? shardingCall(this.#output.file, name, values)
              : receiver.is === "bulk"
                ? builtWrite(this.#output.file, receiver, name, values)
                : undefined;
    if (
      receiver.is === "collection" &&
      /^(?:findOne|count(?:Documents)?|exists|distinct)$/.test(name) &&
      call.flow.repeated
    )
      this.#looksUp(receiver.collection, filterOf(this.#output.file, values[name === "distinct" ? 1 : 0]));
    const isModelRead = receiver.is === "collection" && receiver.model && name === "find";
    if (found !== undefined || isModelRead)
      this.#say(found ?? { operations: [] }, receiver, link, chain, given, call);
    else if (
      receiver.is !== "client" &&
      !harmless.test(name) &&
      !next(this.#output.file, receiver, link, this.#handles)
    )
      this.#output.dynamic(headOf(link), call);
    return false;
  }

  #read(receiver: Extract<Receiver, { readonly is: "cursor" }>, { name }: Link): Found | undefined {
    if (name !== "toArray") return undefined;
    const { collection, filter, limited, projected, groupedBy, at: opened, code } = receiver;
    const read = { collection, filter, inMemory: true, limited, projected, groupedBy, opened, code } as const;
    return { operations: [{ kind: "readDocuments", ...read }] };
  }

  #session({ name }: Link, callback: Value | undefined, call: Call): boolean {
    if (name === "startTransaction") this.#transaction = ++this.#transactions;
    else if (/^(?:commitTransaction|abortTransaction|endSession)$/.test(name)) this.#transaction = undefined;
    else if (name === "withTransaction" && callback?.is === "function") {
      this.#inTransaction(true, callback, call);
      return true;
    }
    return false;
  }

  #inTransaction(isTransaction: boolean, callback: Value, { flow }: Call): void {
    if (callback.is !== "function") return;
    const before = [this.#transaction, this.#endsSession] as const;
    if (isTransaction) this.#transaction = ++this.#transactions;
    this.#endsSession = isTransaction && /\.(?:endSession|abortTransaction)\(/.test(this.#codeOf(callback));
    this.#output.run(callback, [handleAt(callback.at, "session")], this.#follow, flow);
    [this.#transaction, this.#endsSession] = before;
  }

  #say(
    { operations: found, options }: Found,
    receiver: Receiver,
    link: Link,
    chain: FlatChain,
    given: ChainValue,
    call: Call,
  ): void {
    const { shell } = this.#handles;
    const own = "collection" in receiver ? receiver.collection : undefined;
    const place = { file: this.#output.file, flow: call.flow };
    const inWordsOfTool = (one: CollectionName | undefined): CollectionName | undefined =>
      one && {
        ...withNamesOfPlace(one, receiver, link, given, place),
        ...(shell ? { ownMethods: true, shell: true } : {}),
        ...(this.#handles.dbMigrate === true ? { oldDriver: true } : {}),
      };
    const { name, values = [] } = link;
    const operations = found.length > 0 || name !== "bulkWrite" ? found : this.#lists.of(link);
    const hasNoObject =
      (receiver.is === "database" && this.#handles.dbMigrate === true) ||
      // Its name is one of another file.
      (isDeclared(chain.root) && chain.written === undefined && this.#output.file.isElsewhere === true);
    const later = chain.links.slice(chain.links.indexOf(link) + 1);
    const hasSession = hasSessionIn(options, values, later, operations.length);
    const head = headOf(link);
    const isCaught = later.some((one) => one.name === "catch");
    const said = operations.map((one) => ({
      ...one,
      collection: hasNoObject ? withoutDriver(one.collection ?? own) : inWordsOfTool(one.collection ?? own),
      span: given.at,
      head,
      method: name,
      waits: receiver.is === "bulk" ? ("awaited" as const) : this.#waits(values, later, given.at, call),
      hasSession,
      ...(call.flow.caught === true || isCaught ? { caught: true as const } : {}),
      ...(call.flow.handled === true || isCaught ? { handled: true as const } : {}),
      ...(/^\s*[,)]/.test(this.#output.file.text.slice(given.at.end, given.at.end + 40))
        ? { nested: true as const }
        : {}),
      ...(call.flow.calledAt === undefined ? {} : { calledAt: call.flow.calledAt }),
      ...(call.flow.sync === undefined ? {} : { sync: call.flow.sync }),
      ...optionsIn(this.#output.file, options),
      ...(isKept(this.#output.file, call.statement, given.at) ? { kept: true as const } : {}),
      ...(isUsedAgain(this.#output.file, call.statement, given.at) ? { usedAgain: true as const } : {}),
      ...(this.#transaction === undefined ? {} : { inTransaction: this.#transaction }),
      ...(this.#endsSession ? { endsSession: true as const } : {}),
      ...(this.#together.some(({ start, end }) => start <= given.at.start && given.at.end <= end)
        ? { parallel: true as const }
        : {}),
      ...concernOf(options),
      // A list of writes is sent at once.
      ...(call.flow.repeated && this.#each !== undefined && name !== "bulkWrite" && receiver.is !== "bulk"
        ? { each: { ...loopOver(this.#each), tested: call.flow.tested ?? [], lookedUp: this.#lookedUp } }
        : {}),
    }));
    if (said.length > 0) this.#output.documents(said, given.at, call);
    else if (/^(?:bulkWrite|createIndexes|findAndModify)$/.test(name)) this.#unknownWrite(own, link, call);
  }

  /** What it writes is put together when it runs. */
  #unknownWrite(collection: CollectionName | undefined, link: Link, call: Call): void {
    if (collection !== undefined) this.#output.dynamic(headOf(link), call);
  }

  #waits(values: readonly Value[], later: readonly Link[], at: Span, { alone, flow }: Call): Waits {
    if (this.#handles.shell) return "awaited";
    // A driver before 4 calls back.
    const callsBack = values.some(
      (value) => value.is === "function" || callbackNames.test(this.#written(value)),
    );
    // What is done then may say that the migration is done.
    const isSaid = later.some(
      (link) => link.values !== undefined && (flow.promised === true || saysDone.test(this.#codeOf(link))),
    );
    if (alone === true && !callsBack && !isSaid) return this.#returned === undefined ? "dropped" : "forEach";
    const isReturned =
      this.#returned?.some(({ start, end }) => start === at.start && end === at.end) === true;
    return this.#unheard > 0 || isReturned ? "forEach" : "awaited";
  }

  #codeOf({ at }: { readonly at: Span }): string {
    return this.#output.file.text.slice(at.start, at.end);
  }

  #written({ at }: Value): string {
    return this.#output.file.text.slice(at.start, Math.min(at.end, at.start + 20));
  }
}

const optionsIn = (file: Reader, options: Value | undefined): { readonly optionsCode?: string } =>
  isNothing(options) ? {} : { optionsCode: codeOf(file, options) ?? "" };

/** `const result = await …`, `result = …` */
const isKept = ({ text }: Reader, statement: Span, at: Span): boolean =>
  /[^=!<>]=\s*(?:await\s*)?$/.test(text.slice(Math.max(statement.start, at.start - 40), at.start));

/** `const orders = await …`, and more than one `orders` behind it. */
function isUsedAgain({ text }: Reader, statement: Span, at: Span): boolean {
  const before = text.slice(Math.max(statement.start, at.start - 80), at.start);
  const [, name] = /([\w$]+)\s*=\s*(?:await\s*)?$/.exec(before) ?? [];
  if (name === undefined) return false;
  const isName = new RegExp(`(?<![\\w$.])${name.replaceAll("$", String.raw`\$`)}(?![\\w$])`, "g");
  const behind = text.slice(at.end).replaceAll(/"[^"\n]*"|'[^'\n]*'|\/\/[^\n]*/g, "");
  return [...behind.matchAll(isName)].length > 1;
}

const isDeclared = (root: Value): boolean =>
  (root.is === "handle" && root.isDeclared === true) || (root.is === "new" && root.name === "MongoClient");

const withoutDriver = (collection: CollectionName | undefined): CollectionName | undefined =>
  collection && { ...collection, withoutDriver: true };

const loopOver = ({ filter, limited, groupedBy, at }: Cursor): Omit<DocumentLoop, "tested" | "lookedUp"> => ({
  filter,
  limited,
  groupedBy,
  at,
});

const builtIn =
  /^(?:Object|Array|JSON|Math|Promise|Date|String|Number|Map|Set|Buffer|ObjectId|ObjectID|Reflect)$/;

const isSeveral = (value: Value): boolean =>
  (value.is === "list" && value.items.length > 1) ||
  (value.is === "chain" && value.links.at(-1)?.name === "map");

function hasSessionIn(
  options: Value | undefined,
  values: readonly Value[],
  later: readonly Link[],
  count: number,
): boolean | undefined {
  if (later.some(({ name }) => name === "session")) return true;
  // A record of documents may have such a field; the options come last.
  const given = options ?? (count === 0 ? undefined : values.at(-1));
  if (isNothing(given)) return false;
  if (given?.is !== "record") return options === undefined ? false : undefined;
  if (given.fields.has("session")) return true;
  return given.open ? undefined : false;
}

function concernOf(options: Value | undefined): { readonly writeConcern?: number | string } {
  const concern = fieldOf(options, "writeConcern") ?? options;
  const w = fieldOf(concern, "w");
  const value = numberOf(w) ?? textOf(w);
  return value === undefined ? {} : { writeConcern: value };
}

const mongoTool = (name: string, parameters: readonly string[], handles?: Partial<Handles>): CodeTool => ({
  name,
  parameters,
  cursors: true,
  byName: { reads: harmless },
  reader: (output) => new MongoReader(output, { shell: false, ...handles }),
});

export const migrateMongo = mongoTool("migrate-mongo", ["database", "client"]);
export const mongoMigrateTs = mongoTool("mongo-migrate-ts", ["database", "client"]);
export const mikroOrmMongodb = mongoTool("mikro-orm-mongodb", [], { mikroOrm: true });
export const tsMigrateMongoose = mongoTool("ts-migrate-mongoose", ["database"]);
export const mongosh = mongoTool("mongosh", [], { shell: true });
export const east: CodeTool = {
  ...mongoTool("east", ["database"], { properties: true }),
  exports: { up: "migrate", down: "rollback" },
};
export const dbMigrateMongodb = mongoTool("db-migrate-mongodb", ["database"], { dbMigrate: true });
