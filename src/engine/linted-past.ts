/**
 * What linting the first migrations of a history found, kept from run to run. A finding depends on later migrations only if
 * it may be repaired there, its advice depends on them, or something looked at the list of all migrations: such a migration
 * is linted again, from the state before it. Of histories in which nothing counts as applied, as the past of the others is
 * never linted.
 */
import { digestOf } from "../cache/digest.ts";
import type { Store } from "../cache/store.ts";
import type { ScannedFile } from "../findings/suppress.ts";
import type { RawFinding } from "../lint/raw-finding.ts";
import { historyKey, type History } from "../project/migration.ts";
import type { MigrationPhase } from "../replay/phase.ts";
import type { ReplayStart } from "../replay/replay.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { stateData, stateFrom, type ReplayState, type StateData } from "../replay/state.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import type { MigrationNotes } from "./migration-notes.ts";
import { sameStart } from "./past.ts";

/** What came of one migration. */
export interface Linted {
  readonly notes: MigrationNotes;
  readonly files: readonly ScannedFile[];
  /** Undefined: nobody asks. */
  readonly phase: MigrationPhase | undefined;
  readonly findings: readonly RawFinding[];
}

export interface LintedPast {
  /** Of the first migrations; undefined: it is to be linted again. */
  readonly linted: readonly (Linted | undefined)[];
  /** Replays such a migration. */
  readonly again: (index: number) => ReplayedMigration;
  readonly onLinted: (scope: ReplayedMigration, linted: Linted) => void;
  /** Of one that isn't linted. */
  readonly onApplied: () => void;
}

/** A history that tells when something looks at migrations after the one that is linted. */
interface Watched {
  readonly history: History;
  readonly begin: (index: number) => void;
  readonly hasLooked: () => boolean;
}

export interface OpenedLintedPast extends LintedPast {
  /** What is to be replayed. */
  readonly history: History;
  readonly start: ReplayStart;
  /** Once all is linted, without errors. */
  readonly keep: () => void;
}

interface KeptLinted {
  readonly at: number;
  readonly base: string;
  /** One for each migration: of it and those before it. */
  readonly keys: readonly string[];
  readonly linted: readonly (Linted | undefined)[];
  /** Before some migrations, and before each that is to be linted again. They share what is the same. */
  readonly states: ReadonlyMap<number, StateData>;
}

/** How far before the end of the history the states are: other branches have fewer migrations. */
const distances = [1, 8, 64, 512];
/** So few are linted in less time than it takes to write. */
const few = 8;

/** What no finding depends on: the migrations are compared one by one, and the rest is only shown, or of all files. */
const notLinted = {
  migrations: undefined,
  problems: undefined,
  evidence: undefined,
  dialectEvidence: undefined,
  dialectDespite: undefined,
  serverEvidence: undefined,
} satisfies Partial<Record<keyof History, undefined>>;

/**
 * Undefined: another migration may change what is known of all.
 *
 * @param by all that it is linted with, beside the history
 */
export function openLintedPast(
  store: Store,
  history: History,
  dialect: SchemaDialect,
  by: unknown,
  least: number,
  replayOne: (history: History, index: number, state: ReplayState) => ReplayedMigration,
): OpenedLintedPast | undefined {
  const { migrations } = history;
  // What code sends may name the migrations around it.
  if (migrations.length <= least || migrations.some(({ up, down }) => up.code ?? down?.code))
    return undefined;
  const optsOut = migrations.some(({ up }) => up.transaction.optedOut);
  const base = digestOf([{ ...history, ...notLinted }, optsOut, by]);
  let before = base;
  const keys = migrations.map((one) => (before = digestOf([before, one, history.rollbackName(one)])));
  const name = `linted-${digestOf(historyKey(history))}`;
  const kept = store.read(name) as KeptLinted | undefined;
  const isUsable = kept?.base === base && kept.at <= Date.now();
  const same = isUsable ? Math.min(sameStart(kept.keys, keys), migrations.length - 1) : 0;
  const known = kept?.states ?? new Map<number, StateData>();
  const start = Math.max(0, ...[...known.keys()].filter((index) => index <= same));
  const open = (index: number): ReplayState | undefined => {
    const data = known.get(index);
    return data && stateFrom(data, dialect);
  };
  const linted = kept?.linted.slice(0, start) ?? [];
  const all: (Linted | undefined)[] = [...linted];
  const states = new Map<number, ReplayState>();
  const wanted = new Set(distances.map((distance) => migrations.length - distance));
  const watched = watch(history);
  let current: ReplayState | undefined;
  let isWhole = true;
  return {
    linted,
    history: watched.history,
    start: {
      after: start,
      state: open(start),
      onState(index, state) {
        watched.begin(index);
        current = state;
        if (wanted.has(index)) states.set(index, state);
      },
    },
    again(index) {
      const state = open(index);
      if (state === undefined) throw new Error(`no state is kept before migration ${index}`);
      watched.begin(index);
      return replayOne(watched.history, index, state);
    },
    onLinted({ migration: { index }, batch }, own) {
      if (batch !== undefined) isWhole = false;
      if (index < start) return;
      const isFinal =
        !watched.hasLooked() &&
        own.findings.every(
          ({ repaired, noted, laterAdvice, laterWords }) =>
            repaired === undefined &&
            noted === undefined &&
            laterAdvice === undefined &&
            laterWords === undefined,
        );
      all[index] = isFinal ? own : undefined;
      if (!isFinal && current !== undefined) states.set(index, current);
    },
    onApplied() {
      isWhole = false;
    },
    keep() {
      if (!isWhole || all.length < migrations.length) return;
      if (start > 0 && migrations.length - start < few) return;
      for (const index of known.keys()) {
        const state = index < start && all[index] === undefined ? open(index) : undefined;
        if (state !== undefined) states.set(index, state);
      }
      const data = new Map([...states].map(([index, state]) => [index, stateData(state)] as const));
      store.write(name, { at: Date.now(), base, keys, linted: all, states: data } satisfies KeptLinted);
    },
  };
}

function watch(history: History): Watched {
  let own = 0;
  let hasLooked = false;
  const migrations = new Proxy(history.migrations, {
    get(target, name) {
      // Its length as well: whoever goes through all of them asks for that.
      if (name === "length" || (typeof name === "string" && Number(name) > own)) hasLooked = true;
      return Reflect.get(target, name) as unknown;
    },
  });
  return {
    history: { ...history, migrations },
    begin(index) {
      own = index;
      hasLooked = false;
    },
    hasLooked: () => hasLooked,
  };
}
