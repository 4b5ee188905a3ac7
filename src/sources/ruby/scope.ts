import { unknownAt, type Value } from "./value.ts";

/** Local variables of a method or a block, and instance variables with their `@`. */
export class Scope {
  readonly parent: Scope | undefined;
  /** The file that its code stands in. */
  readonly path: string;
  readonly text: string;
  readonly #names = new Map<string, Value>();

  /** @param parent of a block: what it sees around it */
  constructor(file: { readonly path: string; readonly text: string }, parent?: Scope) {
    this.path = file.path;
    this.text = file.text;
    this.parent = parent;
  }

  lookUp(name: string): Value | undefined {
    return this.#names.get(name) ?? this.parent?.lookUp(name);
  }

  /** A parameter: never one of the scope around it. */
  declare(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  assign(name: string, value: Value): void {
    const owner = this.#owner(name) ?? this;
    owner.#names.set(name, value);
  }

  #owner(name: string): Scope | undefined {
    if (this.#names.has(name) || this.parent === undefined) return this.#names.has(name) ? this : undefined;
    return this.parent.#owner(name);
  }

  /** What all variables are now, also those of the scopes around it; see `restore`. */
  snapshot(): readonly ReadonlyMap<string, Value>[] {
    return [new Map(this.#names), ...(this.parent?.snapshot() ?? [])];
  }

  restore([own, ...outer]: readonly ReadonlyMap<string, Value>[]): void {
    this.#names.clear();
    for (const [name, value] of own ?? []) this.#names.set(name, value);
    this.parent?.restore(outer);
  }

  /** Those that differ from a snapshot are what `instead` makes of them. */
  forget([own, ...outer]: readonly ReadonlyMap<string, Value>[], instead: (value: Value) => Value): void {
    for (const [name, value] of this.#names) {
      if (own?.get(name) !== value) this.#names.set(name, instead(value));
    }
    this.parent?.forget(outer, instead);
  }
}

/** Variables that two branches leave with different values aren't known. */
export function mixed(
  known: readonly ReadonlyMap<string, Value>[],
  now: readonly ReadonlyMap<string, Value>[],
  before: readonly ReadonlyMap<string, Value>[],
): readonly ReadonlyMap<string, Value>[] {
  return now.map((scope, i) => {
    const found = new Map(known[i]);
    for (const [name, value] of scope) {
      const earlier = before[i]?.get(name);
      if (value !== earlier) found.set(name, unknownAt(value.at));
    }
    return found;
  });
}
