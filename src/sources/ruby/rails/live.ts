/** What the tables are at a place of the history, as far as its migrations say so. Values; nothing is changed. */
import type { Sql } from "./sql.ts";
import type { Options } from "./types.ts";

export interface LiveColumn {
  readonly name: string;
  /** As SQL; undefined: not known. */
  readonly type: string | undefined;
  /** As migrations call it: `string`. */
  readonly kind: string | undefined;
  readonly isNull: boolean;
  /** As SQL; undefined: none. */
  readonly default: string | undefined;
  readonly comment: string | undefined;
  readonly collation?: string | undefined;
  readonly isNumbered?: boolean;
  /** It has more: a default that isn't known, an expression. */
  readonly isOpen?: boolean;
}

export interface LiveIndex {
  readonly name: string;
  /** Undefined: an expression. */
  readonly columns: readonly string[] | undefined;
  /** The statement that makes it, on PostgreSQL. */
  readonly create?: Sql | undefined;
  /** As a call states them; undefined: not known. */
  readonly options?: Options | undefined;
}

export interface LiveKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly to: string;
  /** As a call states them. */
  readonly options: Options;
}

export interface LiveTable {
  /** Not all of it is known. */
  readonly isOpen: boolean;
  readonly columns: ReadonlyMap<string, LiveColumn>;
  readonly indexes: readonly LiveIndex[];
  readonly foreignKeys: readonly LiveKey[];
  /** Names of checks, unique and exclusion constraints, with what they are made of. */
  readonly constraints: ReadonlyMap<string, readonly string[]>;
  /** Undefined: not known; empty: none. */
  readonly primaryKey: readonly string[] | undefined;
  /** What `create_table` said of the table as a whole: `comment`, `charset`. */
  readonly made?: Options;
}

export const openTable: LiveTable = {
  isOpen: true,
  columns: new Map(),
  indexes: [],
  foreignKeys: [],
  constraints: new Map(),
  primaryKey: undefined,
};

/** So many parts: a change copies one of them. */
const parts = 256;

/** All tables. Each is in one of a number of parts, so that a change of one copies few. */
export class LiveTables {
  static readonly none = new LiveTables([]);
  readonly #parts: readonly (ReadonlyMap<string, LiveTable | null> | undefined)[];

  private constructor(own: readonly (ReadonlyMap<string, LiveTable | null> | undefined)[]) {
    this.#parts = own;
  }

  /** Null: it was dropped, and isn't there; undefined: not known. */
  get(name: string): LiveTable | null | undefined {
    return this.#parts[partOf(name)]?.get(name);
  }

  set(name: string, table: LiveTable | null): LiveTables {
    const index = partOf(name);
    const copy = this.#parts.slice();
    copy[index] = new Map(this.#parts[index]).set(name, table);
    return new LiveTables(copy);
  }

  /** Foreign keys to a table keep their names, and refer to it by its new one. */
  renamed(from: string, to: string): LiveTables {
    const follow = (key: LiveKey): LiveKey => (key.to === from ? { ...key, to } : key);
    let all = new LiveTables(this.#parts);
    for (const part of this.#parts)
      for (const [name, table] of part ?? [])
        if (table?.foreignKeys.some((key) => key.to === from) === true)
          all = all.set(name, { ...table, foreignKeys: table.foreignKeys.map(follow) });
    return all;
  }
}

function partOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  return Math.abs(hash) % parts;
}
