/** What names mean inside a query: FROM items, CTEs, and the scopes around. */
import type { QualifiedName } from "../../../model/names.ts";

/** One FROM item: a relation, or (without `relation`) a sub-select, CTE, function or VALUES. */
export interface Item {
  /** Alias, or the relation's name. */
  readonly name: string;
  readonly relation?: QualifiedName | undefined;
  /** Names of its columns, where a sub-select or CTE tells them. */
  readonly output?: readonly string[] | undefined;
  /** A sub-select or CTE with a LIMIT. */
  readonly limited?: boolean;
  /** Its rows stand in the statement: VALUES. */
  readonly listed?: boolean | undefined;
}

export interface Cte {
  output?: readonly string[] | undefined;
  limited: boolean;
  listed?: boolean | undefined;
}

export interface Scope {
  readonly items: Item[];
  readonly ctes: Map<string, Cte>;
  readonly parent?: Scope | undefined;
  /** Of a part of this table's definition: the table. */
  table?: string;
  /** Of a query: it calls an aggregate, and not as a window function. */
  aggregates?: true;
}

export const newScope = (parent?: Scope): Scope => ({ items: [], ctes: new Map(), parent });

/** Sees the CTEs of a scope and what is around it, but not its FROM items: a sub-select without LATERAL. */
export const besideScope = (scope: Scope): Scope => ({ items: [], ctes: scope.ctes, parent: scope.parent });

export function findCte(scope: Scope | undefined, name: string): Cte | undefined {
  for (let s = scope; s !== undefined; s = s.parent) {
    const cte = s.ctes.get(name);
    if (cte !== undefined) return cte;
  }
  return undefined;
}

export function findItem(scope: Scope | undefined, name: string): Item | undefined {
  for (let s = scope; s !== undefined; s = s.parent) {
    const item = s.items.find((candidate) => candidate.name === name);
    if (item !== undefined) return item;
  }
  return undefined;
}

export interface Holder {
  readonly table?: QualifiedName;
  readonly candidates?: readonly QualifiedName[];
}

/** Of a column that may be any table's, nothing is certain. */
const mostCandidates = 100;

/** Which relations could hold an unqualified column; both undefined where a FROM item of unknown columns could. */
export function holders(scope: Scope | undefined, column: string): Holder {
  const found = new Map<string, QualifiedName>();
  for (let s = scope; s !== undefined; s = s.parent) {
    for (const item of s.items) {
      if (item.relation !== undefined) {
        const key = JSON.stringify([item.relation.schema, item.relation.name]);
        if (!found.has(key)) found.set(key, item.relation);
        if (found.size > mostCandidates) return {};
      } else if (item.output === undefined) return {};
      // An inner item that surely has it hides what is around.
      else if (item.output.includes(column)) return found.size === 0 ? { candidates: [] } : {};
    }
  }
  const [only, ...others] = found.values();
  if (only !== undefined && others.length === 0) return { table: only };
  return { candidates: only === undefined ? [] : [only, ...others] };
}

/** Functions that make one value of many rows. */
export const aggregates: ReadonlySet<string> = new Set(
  "array_agg avg bit_and bit_or bool_and bool_or count every json_agg json_object_agg jsonb_agg jsonb_object_agg max min range_agg string_agg sum xmlagg".split(
    " ",
  ),
);
