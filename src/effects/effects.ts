import { lockModes, type LockMode } from "../model/lock-modes.ts";
import type { Key } from "../model/names.ts";

export { lockModes, type LockMode };

/** What of the running application waits for a lock. */
export type Blocks = "nothing" | "writes" | "reads and writes";

export interface Lock {
  readonly relation: Key;
  readonly mode: LockMode;
}

/** What one operation does on a server, given the schema before it. Relations are keys (`public.orders`). */
export interface Effects {
  /** Every relation that existed before and is locked, strongest mode; manual, section 13.3.1. */
  readonly locks: readonly Lock[];
  /** Tables whose heap is written anew. */
  readonly rewrites: readonly Key[];
  /** Tables read wholly (a rewrite and an index build count). */
  readonly scans: readonly Key[];
  /** New indexes built on existing tables. */
  readonly builds: readonly { readonly index: string; readonly table: Key }[];
  /** Existing indexes built anew. */
  readonly rebuilds: readonly Key[];
  /** May it run inside a transaction block? */
  readonly inTransaction: boolean;
  /** Why it is certain to fail on this server and schema, in the server's words; then all lists are empty. */
  readonly fails?: string | undefined;
  /** Of `fails`: a newer server accepts it; the first major version that does. */
  readonly needsVersion?: number | undefined;
  /** Of `fails`, where a column gets another type: what of the column has no way to the new type by itself. */
  readonly unconverted?: readonly ("values" | "default")[] | undefined;
  /** MySQL and MariaDB, of `fails`: the first release that accepts it, and the words that it needs it for. */
  readonly needs?: { readonly words: string; readonly release: string } | undefined;
  /** MySQL and MariaDB: what the statement costs that the operation is a part of. Then `locks` is empty. */
  readonly online?: Online | undefined;
  /** MySQL and MariaDB: it commits the transaction before it, and itself. */
  readonly commits?: true | undefined;
}

/** From the cheapest: metadata alone; no copy of the table (MariaDB); in place, perhaps with a rebuild; row by row. */
export const algorithms = ["INSTANT", "NOCOPY", "INPLACE", "COPY"] as const;
export type Algorithm = (typeof algorithms)[number];
/** NONE: others read and write meanwhile; SHARED: they only read; EXCLUSIVE: neither. */
export const onlineLocks = ["NONE", "SHARED", "EXCLUSIVE"] as const;
export type OnlineLock = (typeof onlineLocks)[number];

/** What an ALTER takes: words of the MySQL manual, "InnoDB and Online DDL", and of MariaDB's. */
export interface Cost {
  /** The cheapest that the server can; undefined: the statement's grammar has no ALGORITHM. */
  readonly algorithm?: Algorithm | undefined;
  /** The weakest that goes with it; undefined: the statement can't ask for one. */
  readonly lock?: OnlineLock | undefined;
  /** The table, or a partition, is written anew. */
  readonly rebuild: boolean;
  /** Row by row, by the server rather than the engine. */
  readonly rowsCopied: boolean;
}

/** The cost of a statement, on each of its operations. Besides, it takes a short exclusive metadata lock, always. */
export interface Online extends Cost {
  readonly table: Key;
  /** This operation's own cost, if it stood alone, behind the indexes that the statement drops. */
  readonly alone: Cost;
  /** Uses one of the instant row versions that the table may have (MySQL). */
  readonly rowVersion: boolean;
  /** False: it depends on a definition that the history doesn't show; the cost is the worst of the likely ones. */
  readonly certain: boolean;
  /** What this operation does that costs, in the words of the effect tables: `change type`, `make NOT NULL`. */
  readonly because: readonly string[];
  /** Of a dropped column: indexes of it alone, without which it would go instantly. */
  readonly inTheWay?: readonly string[] | undefined;
}

export const noEffects: Effects = {
  locks: [],
  rewrites: [],
  scans: [],
  builds: [],
  rebuilds: [],
  inTransaction: true,
};

/** Facts about the world that effects depend on. */
export interface ServerContext {
  /** Major version: of PostgreSQL, 13 to 18. */
  readonly version: number;
  /** MySQL and MariaDB: the release, `[8, 0, 36]`; parts that aren't given are the latest. */
  readonly release?: readonly number[] | undefined;
  /** Session settings in force, names in lower case; undefined if the history doesn't set it. */
  setting(name: string): string | undefined;
}

export function strongest(a: LockMode, b: LockMode): LockMode {
  return lockModes.indexOf(a) >= lockModes.indexOf(b) ? a : b;
}

/** SHARE and stronger make writes wait, ACCESS EXCLUSIVE reads too (manual, table 13.2). */
export function blocks(mode: LockMode): Blocks {
  if (mode === "ACCESS EXCLUSIVE") return "reads and writes";
  return lockModes.indexOf(mode) >= lockModes.indexOf("SHARE") ? "writes" : "nothing";
}

const union = (lists: readonly (readonly Key[])[]): readonly Key[] => [...new Set(lists.flat())];

/**
 * The effects of several operations together: the strongest lock of each relation, everything else united. Of a
 * statement or a transaction; if one part fails, the whole does.
 */
export function combine(all: readonly Effects[]): Effects {
  const failing = all.find((e) => e.fails !== undefined);
  const inTransaction = all.every((e) => e.inTransaction);
  if (failing !== undefined) {
    const { fails, needsVersion } = failing;
    const newer = needsVersion === undefined ? {} : { needsVersion };
    return { ...noEffects, inTransaction, fails, ...newer };
  }
  const locks = new Map<Key, LockMode>();
  for (const { relation, mode } of all.flatMap((e) => e.locks)) {
    const held = locks.get(relation);
    locks.set(relation, held === undefined ? mode : strongest(held, mode));
  }
  return {
    locks: [...locks].map(([relation, mode]) => ({ relation, mode })),
    rewrites: union(all.map((e) => e.rewrites)),
    scans: union(all.map((e) => e.scans)),
    builds: all.flatMap((e) => e.builds),
    rebuilds: union(all.map((e) => e.rebuilds)),
    inTransaction,
    ...withOnline(all),
    ...(all.some((e) => e.commits === true) ? { commits: true as const } : {}),
  };
}

function withOnline(all: readonly Effects[]): Pick<Effects, "online"> {
  const [first, ...rest] = all.flatMap((e) => e.online ?? []);
  return first === undefined ? {} : { online: rest.reduce(combineOnline, first) };
}

/** What a table costs by both; of two tables the one that costs more. */
export function combineOnline(a: Online, b: Online): Online {
  const [dearer, other] = costRank(a) >= costRank(b) ? [a, b] : [b, a];
  if (a.table !== b.table) return dearer;
  return {
    ...dearer,
    lock: onlineLocks[Math.max(lockRank(a), lockRank(b))],
    rebuild: a.rebuild || b.rebuild,
    rowsCopied: a.rowsCopied || b.rowsCopied,
    rowVersion: a.rowVersion || b.rowVersion,
    certain: a.certain && b.certain,
    because: [...new Set([...dearer.because, ...other.because])],
  };
}

const lockRank = ({ lock }: Cost): number => (lock === undefined ? -1 : onlineLocks.indexOf(lock));

/** Copying rows is dearer than a rebuild, that than anything else; then who waits, then the way. */
export const costRank = (cost: Cost): number =>
  Number(cost.rowsCopied) * 1000 +
  Number(cost.rebuild) * 100 +
  (lockRank(cost) + 1) * 10 +
  (cost.algorithm === undefined ? 0 : algorithms.indexOf(cost.algorithm) + 1);

/** The effects without those on relations and indexes that are new in the same transaction: nobody waits for them. */
export function withoutNew(effects: Effects, isNew: (key: Key) => boolean): Effects {
  const old = (key: Key): boolean => !isNew(key);
  // Most steps are about tables that exist.
  if (
    effects.locks.every((lock) => old(lock.relation)) &&
    effects.rewrites.every(old) &&
    effects.scans.every(old) &&
    effects.builds.every((build) => old(build.table)) &&
    effects.rebuilds.every(old) &&
    (effects.online === undefined || old(effects.online.table))
  )
    return effects;
  const { online, ...rest } = effects;
  return {
    ...rest,
    ...(online !== undefined && old(online.table) ? { online } : {}),
    locks: effects.locks.filter((lock) => old(lock.relation)),
    rewrites: effects.rewrites.filter(old),
    scans: effects.scans.filter(old),
    builds: effects.builds.filter((build) => old(build.table)),
    rebuilds: effects.rebuilds.filter(old),
    ...(effects.online === undefined || old(effects.online.table) ? {} : { online: undefined }),
  };
}

/**
 * The operations of one ALTER TABLE, each with the strongest lock that any of them takes on its relations: the server
 * takes that at the start (manual, ALTER TABLE, "Description").
 */
export function withStrongestLocks(each: readonly Effects[]): readonly Effects[] {
  if (each.length < 2) return each;
  const modes = new Map<Key, LockMode>();
  for (const { relation, mode } of each.flatMap(({ locks }) => locks))
    modes.set(relation, strongest(modes.get(relation) ?? mode, mode));
  return each.map((effects) => ({
    ...effects,
    locks: effects.locks.map((lock) => ({ ...lock, mode: modes.get(lock.relation) ?? lock.mode })),
  }));
}
