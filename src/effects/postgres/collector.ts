import type { Key } from "../../model/names.ts";
import { noEffects, strongest, type Effects, type LockMode } from "../effects.ts";

/** Gathers the effects of one operation; the strongest lock of a relation stays. */
export class Collector {
  readonly #locks = new Map<Key, LockMode>();
  readonly #rewrites = new Set<Key>();
  readonly #scans = new Set<Key>();
  readonly #builds: { readonly index: string; readonly table: Key }[] = [];
  readonly #rebuilds = new Set<Key>();
  #inTransaction = true;
  #fails: Pick<Effects, "fails" | "needsVersion" | "unconverted"> | undefined;

  lock(relation: Key, mode: LockMode): void {
    const held = this.#locks.get(relation);
    this.#locks.set(relation, held === undefined ? mode : strongest(held, mode));
  }

  rewrite(table: Key): void {
    this.#rewrites.add(table);
  }

  scan(table: Key): void {
    this.#scans.add(table);
  }

  build(index: string, table: Key): void {
    this.#builds.push({ index, table });
    this.#scans.add(table);
  }

  rebuild(index: Key): void {
    this.#rebuilds.add(index);
  }

  notInTransaction(): void {
    this.#inTransaction = false;
  }

  /** The first reason stays. `needsVersion`: the first version that does it. */
  fail(reason: string, needsVersion?: number): void {
    this.#fails ??= { fails: reason, ...(needsVersion === undefined ? {} : { needsVersion }) };
  }

  /** Both may be the reason: who mends one of them meets the other. */
  failToConvert(what: "values" | "default", reason: string): void {
    const { unconverted = [] } = this.#fails ?? {};
    if (this.#fails === undefined || unconverted.length > 0)
      this.#fails = { fails: reason, ...this.#fails, unconverted: [...unconverted, what] };
  }

  get failed(): boolean {
    return this.#fails !== undefined;
  }

  done(): Effects {
    // What an older server lacks fails inside of a transaction block and outside alike.
    const inTransaction = this.#inTransaction || this.#fails?.needsVersion !== undefined;
    if (this.#fails !== undefined) return { ...noEffects, inTransaction, ...this.#fails };
    return {
      locks: [...this.#locks].map(([relation, mode]) => ({ relation, mode })),
      rewrites: [...this.#rewrites],
      scans: [...this.#scans],
      builds: this.#builds,
      rebuilds: [...this.#rebuilds],
      inTransaction,
    };
  }
}
