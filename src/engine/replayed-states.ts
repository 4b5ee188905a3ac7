/**
 * States that an editor has replayed, kept for the next time that it opens the project: it then replays what comes after
 * the newest one whose migrations, and all that they were replayed with, are the same.
 */
import { digestOf } from "../cache/digest.ts";
import type { Store } from "../cache/store.ts";
import { historyKey, type History } from "../project/migration.ts";
import { stateData, stateFrom, type ReplayState, type StateData } from "../replay/state.ts";
import type { SchemaDialect } from "../schema/dialect.ts";
import type { World } from "./open.ts";
import { baseOf, keysOf, sameStart, type ReadBy } from "./past.ts";

/** By the number of the migration that comes next; not all are there. */
export type States = (ReplayState | undefined)[];

export interface ReplayedStates {
  /** Those that an earlier session has kept, and that are still the same. */
  readonly read: () => States;
  readonly write: (states: Readonly<States>) => void;
}

interface KeptStates {
  readonly base: string;
  /** One for each migration: of it and those before it. */
  readonly keys: readonly string[];
  /** They share what is the same. */
  readonly states: ReadonlyMap<number, StateData>;
}

/** How far before the end of the history the states are: the file that is opened next may be an older one. */
const distances = [0, 1, 2, 8, 64, 512];

/** Undefined: its states depend on all migrations. */
export function replayedStates(
  store: Store,
  history: History,
  dialect: SchemaDialect,
  { facts, snapshot }: World,
  by: ReadBy,
): ReplayedStates | undefined {
  if (snapshot !== undefined && by[1] === undefined) return undefined;
  const { migrations } = history;
  const base = baseOf(history, facts, by);
  const keys = keysOf(migrations, base, facts);
  const name = `states-${digestOf(historyKey(history))}`;
  return {
    read() {
      const kept = store.read(name) as KeptStates | undefined;
      const same = kept?.base === base ? sameStart(kept.keys, keys) : 0;
      const states: States = [];
      for (const [index, data] of kept?.states ?? [])
        if (index <= same) states[index] = stateFrom(data, dialect);
      return states;
    },
    write(all) {
      const wanted = distances.flatMap((distance) => {
        const index = migrations.length - distance;
        const state = all[index];
        // An open transaction is more than its data says.
        return state === undefined || state.batch !== undefined ? [] : [[index, stateData(state)] as const];
      });
      if (wanted.length === 0) return;
      store.write(name, { base, keys, states: new Map(wanted) } satisfies KeptStates);
    },
  };
}
