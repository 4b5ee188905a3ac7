import type { LockMode } from "../effects/effects.ts";
import { lockModes } from "../effects/effects.ts";
import type { Key } from "../model/names.ts";
import type { Operation } from "../model/operation.ts";
import type { RunnerTransaction } from "../project/migration.ts";
import type { Origin, Relation } from "../schema/model.ts";
import { append, itemsOf, listOf, type PersistentList } from "../schema/persistent.ts";
import type { Schema } from "../schema/schema.ts";
import type { Span } from "../text/span.ts";
import type { HeldLock, Transaction } from "./step.ts";

/** What one transaction can undo. */
interface Snapshot {
  readonly schema: Schema;
  readonly settings: ReadonlyMap<string, string>;
}

/** Locks by their modes, weakest first, each in the order in which they are taken. */
type Locks = readonly PersistentList<HeldLock>[];

const noLocks: Locks = lockModes.map(() => listOf<HeldLock>([]));

/** What a migration leaves open for the next one, where the tool runs all pending ones in one transaction. */
export interface OpenTransaction {
  readonly locks: Locks;
  /** SET LOCAL is still in force. */
  readonly local: ReadonlyMap<string, string>;
  /** The schema that everybody else sees. */
  readonly start: Schema;
}

/** What it holds, strongest first. */
export const heldBy = ({ locks }: OpenTransaction): readonly HeldLock[] =>
  locks.toReversed().flatMap(itemsOf);

/** The last answer of `held`: rules ask for the same again and again. */
interface LockLists {
  locks: Locks;
  items: readonly HeldLock[];
}

/** A transaction as one step finds it. A class, since there is one for each step. */
class TransactionNow implements Transaction {
  readonly kind;
  readonly by;
  readonly id;
  readonly begin;
  readonly commits;
  readonly optOut;
  readonly #locks: Locks;
  readonly #lists: LockLists;

  constructor(
    { kind, by, id, begin, commits, optOut }: Omit<Transaction, "held">,
    locks: Locks,
    lists: LockLists,
  ) {
    this.kind = kind;
    this.by = by;
    this.id = id;
    this.begin = begin;
    this.commits = commits;
    this.optOut = optOut;
    this.#locks = locks;
    this.#lists = lists;
  }

  /** The list is put together for the one who asks: a transaction of thousands of locks has as many steps. */
  get held(): readonly HeldLock[] {
    if (this.#lists.locks !== this.#locks) {
      this.#lists.locks = this.#locks;
      this.#lists.items = this.#locks.toReversed().flatMap(itemsOf);
    }
    return this.#lists.items;
  }
}

/** A table that a transaction has made since it began with this schema. */
export function isMissingIn(start: Schema, { key, origin }: Pick<Relation, "key" | "origin">): boolean {
  // One that was only met in a statement is somebody else's.
  if (origin === undefined) return false;
  const before = start.relation(key);
  if (before.is === "present" && before.value.origin === origin) return false;
  return ![...start.relations()].some((other) => other.origin === origin);
}

/**
 * Follows the transactions of one script: those of the runner, those written in the file, and the implicit ones
 * of several statements in one message (manual, section 54.2.2.1, "Multiple Statements in a Simple Query") or in one
 * pipeline (section 54.2.4, "Pipelining").
 */
export class TransactionTracker {
  readonly #runner: RunnerTransaction;
  /** Of each statement, the number of its message. */
  readonly #messages: readonly number[];
  #nextId: number;
  #block: { readonly by: "runner" | "file"; readonly begin?: Span | undefined } | undefined;
  #id: number;
  #held = noLocks;
  readonly #lists: LockLists = { locks: noLocks, items: [] };
  /** How strongly each relation is locked, as a place in `lockModes`. */
  readonly #strength = new Map<string, number>();
  #statement = -1;
  /** Session settings, names in lower case. */
  #session = new Map<string, string>();
  /** SET LOCAL, until the transaction ends. */
  #local = new Map<string, string>();
  #snapshot: Snapshot | undefined;
  /** The schema that everybody else sees until the transaction commits. */
  #start: Schema;
  /** Tables that it has emptied: it alone can use them until it ends. */
  readonly #truncated = new Set<Key>();
  #savepoints: { readonly name: string; readonly snapshot: Snapshot }[] = [];
  /** What the statement has committed before it runs. */
  #committed: Transaction["commits"];
  /** The session is without autocommit: the next statement begins a transaction. */
  #reopens = false;
  /** Of a pipeline: nothing has run since its transaction began, so that a statement may still commit by itself. */
  #isFresh = true;
  /** Of a pipeline: the statement before committed by itself. */
  #wasAlone = false;

  /** @param messages see `messagesOf`; @param firstId number of the first transaction */
  constructor(
    runner: RunnerTransaction,
    messages: readonly number[],
    firstId: number,
    schema: Schema,
    open?: OpenTransaction,
  ) {
    this.#runner = runner;
    this.#messages = messages;
    this.#nextId = firstId + 1;
    this.#id = firstId;
    this.#start = schema;
    if (runner.wraps !== "none" && !runner.optedOut) this.#open("runner", schema);
    if (open !== undefined) this.#continue(open);
  }

  /** The migration ends in the transaction that the tool opened for all pending ones. */
  get leftOpen(): OpenTransaction | undefined {
    const isOfAll = this.#runner.wraps === "all" && !this.#runner.optedOut;
    if (!isOfAll || this.#block?.by !== "runner") return undefined;
    return { locks: this.#held, local: new Map(this.#local), start: this.#start };
  }

  #continue({ locks, local, start }: OpenTransaction): void {
    this.#held = locks;
    for (const [rank, list] of locks.entries())
      for (const { relation } of itemsOf(list)) this.#strength.set(relation, rank);
    this.#local = new Map(local);
    this.#start = start;
  }

  get lastId(): number {
    return this.#id;
  }

  /** BEGIN of the file that is still open, and that no COMMIT of the runner ends. */
  get unclosed(): Span | undefined {
    if (this.#runner.wraps !== "none" && !this.#runner.optedOut) return undefined;
    return this.#block?.by === "file" ? this.#block.begin : undefined;
  }

  setting(name: string): string | undefined {
    return this.#local.get(name) ?? this.#session.get(name);
  }

  /** What the transaction's end doesn't set back. */
  sessionSetting(name: string): string | undefined {
    return this.#session.get(name);
  }

  /** `commits`: it ends what is open before it runs, as in MySQL. */
  nextStatement(schema: Schema, commits = false): void {
    this.#statement++;
    if (this.#reopens && this.#block === undefined) this.#open("runner", schema);
    this.#committed = commits ? this.#block : undefined;
    this.#reopens = this.#runner.withoutAutocommit === true && this.#committed?.by === "runner";
    if (this.#committed !== undefined) this.#end(false, schema);
    if (this.#block === undefined && !this.#goesOn()) this.#renew(schema);
    this.#wasAlone = false;
  }

  /** Outside of BEGIN: the statement stands in the implicit transaction of the one before. */
  #goesOn(): boolean {
    return this.#inPipeline() ? this.#statement > 0 && !this.#wasAlone : this.#isWith(-1);
  }

  /** A statement has run that can't run in a transaction. In a pipeline, the server commits it at once. */
  committedAlone(): void {
    this.#wasAlone = this.#block === undefined;
  }

  /** Nobody else can use the relation, or none of its rows, before the transaction commits: it made or emptied it. */
  isUnseen({ key, origin, loaded }: Relation): boolean {
    if (this.#block === undefined && !this.#shares()) return false;
    if (this.#truncated.has(key)) return !loaded;
    return isMissingIn(this.#start, { key, origin });
  }

  /** What everybody else sees now; for rules, which ask when the tracker has moved on. */
  get start(): Schema {
    return this.#start;
  }

  current(): Transaction {
    const common = { id: this.#id, optOut: this.#runner.optOut };
    if (this.#block !== undefined)
      return this.#withLocks({ ...common, kind: "block", by: this.#block.by, begin: this.#block.begin });
    if (this.#implicit()) return this.#withLocks({ ...common, kind: "implicit", by: "runner" });
    if (this.#runner.sends === "pipeline" && this.#statement > 0 && !this.#isFresh)
      return this.#withLocks({ ...common, kind: "pipeline", by: "runner" });
    return this.#withLocks({
      ...common,
      commits: this.#committed,
      kind: this.#runner.sends === "unknown" ? "unknown" : "none",
    });
  }

  #withLocks(transaction: Omit<Transaction, "held">): Transaction {
    return new TransactionNow(transaction, this.#held, this.#lists);
  }

  hold(relation: string, mode: LockMode, operation: Operation, file: Omit<Origin, "span">): void {
    const rank = lockModes.indexOf(mode);
    if ((this.#strength.get(relation) ?? -1) >= rank) return;
    this.#strength.set(relation, rank);
    const origin = { ...file, span: operation.head };
    const taken = { relation, mode, origin, explicit: operation.kind === "lockTable" };
    this.#held = this.#held.with(rank, append(this.#held[rank] ?? listOf<HeldLock>([]), taken));
  }

  /**
   * Takes note of what ends or begins a transaction or changes a setting; returns the schema to go on with. `inBody`: of
   * a DO block or procedure, whose COMMIT PostgreSQL refuses in a transaction.
   */
  after(operation: Operation, before: Schema, after: Schema, inBody: boolean): Schema {
    const ends = operation.kind === "commit" || operation.kind === "rollback";
    const isRefused = inBody && ends && before.dialect.transactionalDdl;
    // A COMMIT of a DO block lets no CONCURRENTLY through after it.
    this.#isFresh = ends && !inBody;
    if (isRefused && (this.#block !== undefined || this.#implicit())) return after;
    switch (operation.kind) {
      case "begin":
        if (this.#block === undefined) {
          this.#open("file", before, operation.span);
        }
        return after;
      case "commit":
        this.#end(operation.chain, after);
        return after;
      case "rollback": {
        const restored = this.#snapshot;
        this.#end(operation.chain, restored?.schema ?? after);
        if (restored === undefined) return after;
        this.#session = new Map(restored.settings);
        return restored.schema;
      }
      case "savepoint":
        return this.#savepoint(operation.action, operation.name, after);
      case "truncateTable":
        this.#truncated.add(before.resolve(operation.table));
        return after;
      case "useSchema":
        this.#set("search_path", `"${operation.schema.text.replaceAll('"', '""')}"`, false);
        return after;
      case "setOption":
        // MySQL: GLOBAL and PERSIST hold for sessions to come.
        if (operation.scope !== undefined && operation.scope !== "user") return after;
        this.#set(operation.name, operation.value, operation.local);
        return after;
      default:
        return after;
    }
  }

  /** Databases without transactions of messages have none of pipelines. */
  #inPipeline(): boolean {
    return this.#runner.sends === "pipeline" && this.#messages.length > 0;
  }

  #shares(): boolean {
    return this.#inPipeline() || this.#implicit();
  }

  #implicit(): boolean {
    return this.#isWith(-1) || this.#isWith(1);
  }

  /** The neighbour travels in the same message. */
  #isWith(neighbour: -1 | 1): boolean {
    const message = this.#messages[Math.max(this.#statement, 0)];
    return message !== undefined && this.#messages[Math.max(this.#statement, 0) + neighbour] === message;
  }

  #renew(schema: Schema): void {
    this.#id = this.#nextId++;
    this.#start = schema;
    this.#truncated.clear();
    this.#held = noLocks;
    this.#strength.clear();
    this.#local.clear();
    this.#savepoints = [];
  }

  #open(by: "runner" | "file", schema: Schema, begin?: Span): void {
    // A BEGIN inside an implicit block turns that very transaction into a regular one.
    if (!this.#shares()) this.#renew(schema);
    this.#block = { by, begin };
    this.#snapshot = { schema, settings: new Map(this.#session) };
  }

  #end(chain: boolean, schema: Schema): void {
    const block = this.#block;
    this.#block = undefined;
    this.#snapshot = undefined;
    this.#renew(schema);
    if (chain && block !== undefined) this.#open(block.by, schema, block.begin);
  }

  #savepoint(action: "set" | "release" | "rollback", name: string, schema: Schema): Schema {
    if (action === "set") {
      this.#savepoints.push({ name, snapshot: { schema, settings: new Map(this.#session) } });
      return schema;
    }
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    const found = this.#savepoints[at];
    if (found === undefined) return schema;
    this.#savepoints.length = action === "release" ? at : at + 1;
    return action === "release" ? schema : found.snapshot.schema;
  }

  #set(name: string, value: string | undefined, local: boolean): void {
    if (name === "all") {
      this.#session.clear();
      this.#local.clear();
      return;
    }
    // SET LOCAL alone in autocommit has no effect; with an unknown runner it gets the benefit of the doubt.
    const isAlone = this.#runner.sends === "statement" || this.#runner.sends === "line";
    const inNone = this.#block === undefined && !this.#implicit() && isAlone;
    if (local && inNone) return;
    if (!local) this.#local.delete(name);
    const target = local ? this.#local : this.#session;
    if (value === undefined) {
      target.delete(name);
      if (local) this.#local.set(name, "");
    } else target.set(name, value);
  }
}
