/** Pending migrations that run in one transaction, with what it holds at its end. */
import type { BatchTotal } from "../lint/result.ts";
import type { ReplayedMigration } from "../replay/replayed-migration.ts";
import { heldBy, type OpenTransaction } from "../replay/transaction.ts";
import { displayName, splitKey } from "../schema/dependents.ts";

export class Batches {
  #names: string[] = [];
  #open: OpenTransaction | undefined;
  readonly #totals: BatchTotal[] = [];

  /** Each migration, in order. */
  add({ batch, migration, history, after }: ReplayedMigration): void {
    // Those of one transaction have begun with one schema.
    if (batch === undefined || batch.open.start !== this.#open?.start) this.#names = [];
    this.#open = batch?.open;
    if (batch === undefined) return;
    this.#names.push(migration.name);
    if (this.#names.length < 2) return;
    if (this.#names.length > 2) this.#totals.pop();
    const locks = heldBy(batch.open).map(({ relation, mode }) => ({
      relation: displayName(after, ...splitKey(relation)),
      mode,
    }));
    this.#totals.push({ root: history.root, migrations: [...this.#names], locks });
  }

  /** Of more than one migration each. */
  get totals(): readonly BatchTotal[] {
    return this.#totals;
  }
}
