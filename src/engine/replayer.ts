/** Single migrations, replayed. */
import type { History, Migration } from "../project/migration.ts";
import { replayMigration, type Replayed } from "../replay/replay.ts";
import type { ReplayFacts } from "../replay/replay-facts.ts";
import type { ReplayState } from "../replay/state.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import type { ReplayFlow } from "./flow.ts";

/** @throws Error where a bug of ours kept a statement from being replayed */
export function checked({ scope }: { readonly scope: ReplayedMigration }): ReplayedMigration {
  const [error] = scope.errors;
  if (error !== undefined) throw new Error(`can't replay ${scope.migration.up.path}`, { cause: error });
  return scope;
}

/** Replays migrations of a history, each on the state that is given with it. */
export const replayer =
  (history: History, { dialects, read }: ReplayFlow, { facts }: { readonly facts: ReplayFacts }) =>
  (migration: Migration, before: ReplayState): Replayed => {
    const replayed = replayMigration(history, dialects.of(history.dialect), migration, before, read, facts);
    return { scope: checked(replayed), state: replayed.state };
  };
