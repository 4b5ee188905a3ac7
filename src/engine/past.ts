/**
 * The past of a history, kept from run to run: the state that the migrations before the first reported one lead to, which
 * no later file changes, and what each of them adds to the totals. A run replays what comes after the newest kept state
 * whose migrations, and all that they were replayed with, are the same. What is applied isn't reported, nor is what isn't
 * among the files that were asked for.
 */
import { digestOf } from "../cache/digest.ts";
import type { Store } from "../cache/store.ts";
import { statusOf } from "../project/git/changes.ts";
import { factsOf, type Facts } from "../project/facts.ts";
import { historyKey, type FileSystem, type History, type Migration } from "../project/migration.ts";
import { isNamed, isPending } from "../replay/pending.ts";
import type { ReplayFacts } from "../replay/replay-facts.ts";
import { stateData, stateFrom, type ReplayState, type StateData } from "../replay/state.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import type { MigrationNotes } from "./migration-notes.ts";
import type { World } from "./open.ts";

export interface Past {
  /** Of the first migrations, which needn't be replayed. */
  readonly notes: readonly MigrationNotes[];
  /** How many migrations are applied before the first pending one. */
  readonly applied: number;
  /** What they lead to; undefined: nothing is kept. */
  readonly state: ReplayState | undefined;
  /** Of a migration that was replayed: the state before it. */
  readonly onState: (index: number, state: ReplayState) => void;
  readonly onNotes: (index: number, notes: MigrationNotes) => void;
  /** Of one that shares a transaction with others: what that holds at its end is told of all of them. */
  readonly onBatch: () => void;
  /** Once all is replayed, without errors. */
  readonly keep: () => void;
}

interface KeptPast {
  /** What all of it was replayed with. */
  readonly base: string;
  /** One for each migration: of it and those before it. */
  readonly keys: readonly string[];
  readonly notes: readonly MigrationNotes[];
  /** By the number of the migration that comes next, the newest first. They share what is the same. */
  readonly states: readonly (readonly [number, StateData])[];
}

/** The parser of PostgreSQL, and the text of the snapshot that the history begins with. */
export type ReadBy = readonly [parser: string | undefined, snapshot: string | undefined];

export function readBy(
  fs: FileSystem,
  history: History,
  facts: Facts,
  parser: { readonly name: string } | undefined,
): ReadBy {
  const { schema } = factsOf(history, facts);
  return [parser?.name, schema === undefined ? undefined : fs.read(schema)];
}

/** How far before the first reported migration the states are: other branches have fewer. */
const distances = [0, 8, 64, 512];
/** So few are replayed in less time than it takes to write. */
const few = 8;

/**
 * Undefined: there is none, or it depends on all files of the history.
 *
 * @param least with fewer migrations nothing is kept
 * @param isReported of a pending migration; default: all are
 */
export function openPast(
  store: Store,
  history: History,
  dialect: SchemaDialect,
  { facts, snapshot }: World,
  by: ReadBy,
  least: number,
  isReported: (migration: Migration) => boolean = () => true,
): Past | undefined {
  const { applied, older } = earlierOnes(history, facts, isReported);
  // A snapshot without a text is worked out from all migrations.
  if (older.length < least || (snapshot !== undefined && by[1] === undefined)) return undefined;
  const base = baseOf(history, facts, by);
  const keys = keysOf(older, base, facts);
  const name = `past-${digestOf(historyKey(history))}`;
  const kept = store.read(name) as KeptPast | undefined;
  const same = kept?.base === base ? sameStart(kept.keys, keys) : 0;
  const valid = kept?.states.filter(([index]) => index <= same) ?? [];
  const [start, data] = valid[0] ?? [0, undefined];
  const states = new Map<number, ReplayState>();
  const notes = kept?.notes.slice(0, start) ?? [];
  let isWhole = true;
  const wanted = new Set(distances.map((distance) => older.length - distance).filter((index) => index > 0));
  const open = (of: StateData): ReplayState => stateFrom(of, dialect);
  return {
    notes: [...notes],
    applied,
    state: data && open(data),
    onState(index, state) {
      if (wanted.has(index)) states.set(index, state);
    },
    onNotes(index, own) {
      if (index === notes.length && index < older.length) notes.push(own);
    },
    onBatch() {
      isWhole = false;
    },
    keep() {
      if (!isWhole || (start > 0 && older.length - start < few)) return;
      if (notes.length < older.length) return;
      for (const [index, of] of valid) if (wanted.has(index)) states.set(index, open(of));
      const all = [...states].sort(([a], [b]) => b - a).map(([index, of]) => [index, stateData(of)] as const);
      if (all.length > 0) store.write(name, { base, keys, notes, states: all } satisfies KeptPast);
    },
  };
}

interface Earlier {
  /** How many come before the first pending one. */
  readonly applied: number;
  /** Those before the first pending one that is reported. */
  readonly older: readonly Migration[];
}

function earlierOnes(
  history: History,
  facts: ReplayFacts,
  isReported: (migration: Migration) => boolean,
): Earlier {
  const { migrations } = history;
  let isReached = !migrations.some((one) => isNamed(history, one, facts.startAfter));
  let applied: number | undefined;
  for (const [i, one] of migrations.entries()) {
    if (isPending(history, one, isReached, facts)) {
      applied ??= i;
      if (isReported(one)) return { applied, older: migrations.slice(0, i) };
    }
    isReached ||= isNamed(history, one, facts.startAfter);
  }
  return { applied: applied ?? migrations.length, older: migrations };
}

/** What no state depends on: the migrations are compared one by one, and the rest is only shown. */
export const notReplayed = {
  migrations: undefined,
  problems: undefined,
  rollbackName: undefined,
  keepsRollbacks: undefined,
  evidence: undefined,
  dialectEvidence: undefined,
  dialectDespite: undefined,
  serverEvidence: undefined,
  ignored: undefined,
  loose: undefined,
  copies: undefined,
  notRead: undefined,
} satisfies Partial<Record<keyof History, undefined>>;

/** Of all that migrations are replayed with. */
export function baseOf(history: History, facts: ReplayFacts, by: ReadBy): string {
  const { changes } = facts;
  const world = { ...facts, changes: undefined, now: undefined, onAhead: undefined };
  const isStarted = history.migrations.some((one) => isNamed(history, one, facts.startAfter));
  return digestOf([{ ...history, ...notReplayed }, world, changes !== undefined, isStarted, by]);
}

/** One for each migration: of it and those before it. */
export function keysOf(
  migrations: readonly Migration[],
  base: string,
  { changes }: ReplayFacts,
): readonly string[] {
  let before = base;
  return migrations.map((one) => (before = digestOf([before, one, changes && statusOf(changes, one)])));
}

/** How many are the same at the start. */
export function sameStart(some: readonly string[], others: readonly string[]): number {
  const differs = some.findIndex((key, i) => key !== others[i]);
  return differs < 0 ? some.length : differs;
}
