/**
 * Branches that may or may not be taken. Where a statement in one runs, all that stands before it in the branch has run:
 * this is certain for it, and nowhere else.
 */
import type { Branch, Operation } from "../model/operation.ts";
import type { Schema } from "./schema.ts";
import { createSkipper } from "./skip.ts";

/** A branch as it is if it is taken, or what is outside of all of them. */
export interface Level {
  schema: Schema;
  readonly skips: ReturnType<typeof createSkipper>;
}

export class Branches {
  /** By the branches around and its own place. */
  readonly #levels: Map<string, Level>;
  /** What was there where the ways parted: each way begins with it. */
  readonly #partings: Map<string, Schema>;

  constructor(levels: Iterable<[string, Level]> = [], partings: Iterable<[string, Schema]> = []) {
    this.#levels = new Map(levels);
    this.#partings = new Map(partings);
  }

  /** For a later statement: what it stands in as well goes on. Sessions set the search path, whatever branch they are in. */
  within(branches: readonly Branch[], { searchPath }: Schema): Branches {
    const open = branches.map((_, i) => partingOf(branches.slice(0, i + 1)));
    const kept = [...this.#levels].filter(([key]) => open.includes(key.slice(0, key.lastIndexOf(" "))));
    return new Branches(
      kept.map(([key, { schema }]) => [key, levelOf(schema.withSearchPath(searchPath))]),
      [...this.#partings]
        .filter(([key]) => open.includes(key))
        .map(([key, schema]) => [key, schema.withSearchPath(searchPath)]),
    );
  }

  copy(): Branches {
    const levels = [...this.#levels].map(([key, { schema }]): [string, Level] => [key, levelOf(schema)]);
    return new Branches(levels, this.#partings);
  }

  /** The branch that an operation stands in, and those around it, outermost first. */
  of(
    { branches = [] }: Operation,
    outside: Level,
  ): { readonly inside: Level; readonly around: readonly Level[] } {
    const around: Level[] = [];
    let inside = outside;
    let path = "";
    for (const { at, way } of branches) {
      around.push(inside);
      const parting = `${path}/${at}`;
      const before = this.#partings.get(parting) ?? inside.schema;
      this.#partings.set(parting, before);
      path = `${parting} ${way}`;
      const known = this.#levels.get(path);
      inside = known ?? levelOf(before);
      if (known === undefined) this.#levels.set(path, inside);
    }
    return { inside, around };
  }
}

/** Where the last of them parts from those around it, as `of` calls it. */
const partingOf = (branches: readonly Branch[]): string =>
  branches.map(({ at, way }, i) => (i < branches.length - 1 ? `/${at} ${way}` : `/${at}`)).join("");

const levelOf = (schema: Schema): Level => ({ schema, skips: createSkipper() });
