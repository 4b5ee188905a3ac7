/** Pending migrations that run in one transaction, with what it holds at its end. */
import type { BatchTotal } from "../lint/result.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { heldBy, type OpenTransaction } from "../replay/transaction.ts";
import { displayName, splitKey } from "../schema/dependents.ts";

export class Batches {
  readonly #batches: Batch[] = [];

  /** Each migration, in order. */
  add({ batch, migration, history, after }: ReplayedMigration): void {
    if (batch === undefined) return;
    const last = this.#batches.at(-1);
    // Those of one transaction have begun with one schema.
    if (last?.open.start === batch.open.start) {
      last.names.push(migration.name);
      last.open = batch.open;
      last.after = after;
    } else this.#batches.push({ root: history.root, names: [migration.name], open: batch.open, after });
  }

  /** Of more than one migration each. */
  totals(): readonly BatchTotal[] {
    return this.#batches
      .filter(({ names }) => names.length > 1)
      .map(({ root, names, open, after }) => ({
        root,
        migrations: names,
        locks: heldBy(open).map(({ relation, mode }) => ({
          relation: displayName(after, ...splitKey(relation)),
          mode,
        })),
      }));
  }
}

interface Batch {
  readonly root: string;
  readonly names: string[];
  /** At the end of the last of them. */
  open: OpenTransaction;
  after: ReplayedMigration["after"];
}
