import type { Module } from "./modules.ts";
import type { FunctionValue, Value } from "./value.ts";

/** A value, or one that is looked for when it is first asked for: an import. */
export type Binding = Value | { readonly is: "later"; readonly load: () => Value };

/** Names of a module, a class or a call of a function. */
export class Scope {
  readonly module: Module;
  readonly parent: Scope | undefined;
  /** Of a module: what it imports all names of, from outside of the project. */
  readonly stars: string[] = [];
  readonly #names = new Map<string, Binding>();
  /** Names that `global` makes the module's, `nonlocal` the function's around it. */
  readonly #outer = new Map<string, Scope>();

  /** @param parent undefined for a module */
  constructor(module: Module, parent?: Scope) {
    this.module = module;
    this.parent = parent;
  }

  /** The scope of the module. */
  get top(): Scope {
    return this.parent === undefined ? this : this.parent.top;
  }

  bind(name: string, value: Binding): void {
    const outer = this.#outer.get(name);
    if (outer === undefined) this.#names.set(name, value);
    else outer.bind(name, value);
  }

  remove(name: string): void {
    this.#names.delete(name);
  }

  /** `global name`, `nonlocal name` */
  declareOuter(name: string, isGlobal: boolean): void {
    const owner = isGlobal ? this.top : this.parent;
    if (owner !== undefined && owner !== this) this.#outer.set(name, owner);
  }

  own(name: string): Value | undefined {
    const found = this.#names.get(name);
    if (found?.is !== "later") return found;
    // What refers to itself isn't known.
    this.#names.set(name, { is: "unknown", at: { path: this.module.path, start: 0, end: 0 } });
    const value = found.load();
    this.#names.set(name, value);
    return value;
  }

  lookUp(name: string): Value | undefined {
    return this.own(name) ?? this.parent?.lookUp(name);
  }

  /** In the order in which they were bound first. */
  get names(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** Functions that it defines itself, in the order of the text: imports aren't followed for that. */
  get functions(): readonly FunctionValue[] {
    return [...this.#names.values()].filter((one) => one.is === "function");
  }

  /** What the names are now; see `restore`. */
  snapshot(): ReadonlyMap<string, Binding> {
    return new Map(this.#names);
  }

  restore(names: ReadonlyMap<string, Binding>): void {
    this.#names.clear();
    for (const [name, value] of names) this.#names.set(name, value);
  }
}
