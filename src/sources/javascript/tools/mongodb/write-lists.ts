/** Lists of writes that a migration puts together before it sends them: `writes.push({ updateOne: … })`. */
import { children, field } from "../../tree.ts";
import type { Reader } from "../../evaluate.ts";
import type { FunctionValue, Link, Value } from "../../value.ts";
import { bulkOperation, type Bare } from "./calls.ts";

export class WriteLists {
  /** By the name of the list, in the file that is followed. */
  #lists = new Map<string, Bare[]>();

  add(name: string, values: readonly Value[], file: Reader): void {
    const writes = values.flatMap((value) => bulkOperation(value, file));
    if (name === "" || writes.length === 0) return;
    const known = this.#lists.get(name) ?? [];
    // A loop adds the same again and again.
    this.#lists.set(name, [...known, ...writes].slice(-mostWrites));
  }

  /** What the list holds that is the first argument of this call. */
  of({ trees: [list] }: Link): readonly Bare[] {
    return this.#lists.get(field(list, "name")) ?? [];
  }

  /** Follows a function: its parameters are other names of the lists that it is given. */
  within({ trees }: Link, { tree }: FunctionValue, run: () => void): void {
    const parameters = children(tree, "params").map((one) => field(one, "name"));
    const names = trees.map((one) => field(one, "name"));
    const outer = this.#lists;
    const shared = new Map(outer);
    for (const [i, name] of names.entries()) {
      const parameter = parameters[i];
      if (name === "" || parameter === undefined || parameter === "") continue;
      const list = outer.get(name) ?? [];
      shared.set(parameter, list);
    }
    this.#lists = shared;
    run();
    for (const [i, name] of names.entries()) {
      const filled = shared.get(parameters[i] ?? "");
      if (name !== "" && filled !== undefined && filled.length > 0) outer.set(name, filled);
    }
    // A function of the same file may also fill a list by its name.
    for (const [name, list] of shared) if (!parameters.includes(name)) outer.set(name, list);
    this.#lists = outer;
  }
}

/** A list of more says nothing new. */
const mostWrites = 50;
