import type { Tree } from "./tree.ts";
import type { Value } from "./value.ts";

/** A value, or an initialiser that is looked at when it is first asked for. */
type Binding = Value | { readonly is: "later"; readonly tree: Tree };

/** Names of one block or function. */
export class Scope {
  readonly parent: Scope | undefined;
  /** How many calls of functions lie between the file and it. */
  readonly calls: number;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent?: Scope, calls = parent?.calls ?? 0) {
    this.parent = parent;
    this.calls = calls;
  }

  /** That of the file. */
  get top(): Scope {
    return this.parent?.top ?? this;
  }

  bind(name: string, value: Binding): void {
    this.#bindings.set(name, value);
  }

  /** Gives a name that is declared somewhere around another value. */
  assign(name: string, value: Value): void {
    const owner = this.#owner(name);
    (owner ?? this).bind(name, value);
  }

  /** `evaluate` is asked for an initialiser's value, once. */
  lookUp(name: string, evaluate: (tree: Tree, scope: Scope) => Value): Value | undefined {
    const owner = this.#owner(name);
    if (owner === undefined) return undefined;
    const found = owner.#bindings.get(name);
    if (found?.is !== "later") return found;
    // What refers to itself is unknown.
    owner.bind(name, { is: "unknown", at: found.tree });
    const value = evaluate(found.tree, owner);
    owner.bind(name, value);
    return value;
  }

  /** As it is bound, without looking at an initialiser. */
  binding(name: string): Binding | undefined {
    const owner = this.#owner(name);
    return owner === undefined ? undefined : owner.#bindings.get(name);
  }

  #owner(name: string): Scope | undefined {
    if (this.#bindings.has(name)) return this;
    let scope = this.parent;
    while (scope !== undefined && !scope.#bindings.has(name)) scope = scope.parent;
    return scope;
  }
}
