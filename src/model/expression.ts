import { inAll } from "../text/group.ts";
import type { Span } from "../text/span.ts";
import type { QualifiedName } from "./names.ts";
import type { ColumnType } from "./types.ts";

/** PostgreSQL manual, chapter 36, "Function Volatility Categories"; unknown: a function that we don't know. */
export type Volatility = "immutable" | "stable" | "volatile" | "unknown";

/** A column used in an expression or a query. */
export interface ColumnReference {
  /**
   * The relation that the qualifier or the only FROM item stands for; undefined where several relations could
   * hold it (see `QueryFacts.relations`), or where it names a CTE, sub-select or function result.
   */
  readonly table?: QualifiedName | undefined;
  /** Where `table` is undefined: the relations of the scopes that could hold it; empty if it is surely none. */
  readonly candidates?: readonly QualifiedName[] | undefined;
  /** Folded. */
  readonly column: string;
  /** MySQL: as written, where folding changed it. */
  readonly written?: string | undefined;
  /** Of a query: it only decides which rows are read; `join`: it is compared with another column. PostgreSQL knows the latter. */
  readonly role?: "filter" | "join" | undefined;
  readonly span: Span;
}

/** Facts about an expression; its tree stays in the front end. */
export interface Expression {
  /** As written. */
  readonly text: string;
  readonly span: Span;
  /** A literal, perhaps cast or negated. */
  readonly constant: boolean;
  /** The literal NULL, perhaps cast. */
  readonly isNull: boolean;
  readonly volatility: Volatility;
  readonly columns: readonly ColumnReference[];
  readonly functions: readonly QualifiedName[];
  readonly subquery: boolean;
  /** PostgreSQL: tables and views that its sub-selects read; none: they read nothing. */
  readonly relations?: readonly QualifiedName[] | undefined;
  /** Columns that the expression proves NOT NULL when it holds: `c IS NOT NULL`, alone or as a part of an AND. */
  readonly provesNotNull: readonly string[];
  /** `c::type` or `CAST(c AS type)` and nothing else. */
  readonly castOf?: { readonly column: string; readonly type: ColumnType } | undefined;
  /** What the outermost cast states, or what the column had when this became its default; else it follows the column. */
  readonly valueType?: ColumnType | undefined;
  /** A bare column reference and nothing else. */
  readonly bareColumn?: string | undefined;
}

/** A column of a relation that a query reads; `table` is the same object, or has the same place, as the relation. */
export interface RelationColumn {
  readonly table: QualifiedName;
  /** Folded. */
  readonly column: string;
}

/** `p.role_id = r.id`; without `to`, it is equal to a literal, one of several, or a column of rows that are written out. */
export interface HeldColumn extends RelationColumn {
  readonly to?: RelationColumn | undefined;
}

/** Facts about a query: what it reads. */
export interface QueryFacts {
  /** Every table or view read, also in sub-selects and CTEs; names of CTEs are left out. */
  readonly relations: readonly QualifiedName[];
  readonly columns: readonly ColumnReference[];
  readonly functions: readonly QualifiedName[];
  /** Names of the result columns where they are evident; undefined with `*` over relations. */
  readonly output?: readonly string[] | undefined;
  /** `SELECT *` (or `t.*`): the relations that are expanded. */
  readonly stars: readonly QualifiedName[];
  /** PostgreSQL: of `relations`, those of sub-selects in a select list or a condition, which give no rows of their own. */
  readonly aside?: readonly QualifiedName[] | undefined;
  /** Has a LIMIT or FETCH FIRST. */
  readonly limited: boolean;
  /** Calls aggregates without GROUP BY, or gives DISTINCT constants: one row at most, whatever it reads. */
  readonly oneRow?: true | undefined;
  /** Of INSERT on PostgreSQL: what WHERE and the ON of inner joins hold columns of `relations` to, in every row. */
  readonly held?: readonly HeldColumn[] | undefined;
  /** PostgreSQL: DISTINCT, or GROUP BY: a row for all that are alike. */
  readonly grouped?: true | undefined;
  /** Sequences given as constants to nextval() and setval(), folded: `orders_id_seq`, `app.s`. */
  readonly sequences?: readonly string[] | undefined;
  /** PostgreSQL: what setval() is called for, the first string of its first argument: a sequence or its table; empty: it isn't known. */
  readonly renumbers?: readonly string[] | undefined;
}

/** What a WHERE clause says about how many rows it meets. */
export interface Predicate {
  readonly span: Span;
  /** It is that of an inner join, in front of SET: there is no WHERE. */
  readonly ofJoin?: true | undefined;
  /** `WHERE true`, `1 = 1`: as good as none. */
  readonly trivial: boolean;
  /**
   * Columns compared with literals, parameters or a sub-select of one row: `c = 1`, `c IN (1, 2)`, `c = 1 OR c = 2`, `c = ANY('{…}')`,
   * `c = (SELECT …)`. On PostgreSQL also with a column of a list: `FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name) WHERE c = v.id`.
   */
  readonly equalities: readonly string[];
  /** Columns held between bounds: `c BETWEEN a AND b`, or both `c >= a` and `c < b`. */
  readonly ranges: readonly string[];
  /** Columns compared with a sub-select that has a LIMIT (`id IN (SELECT id … LIMIT 1000)`, `ctid = ANY(…)`). */
  readonly limited: readonly string[];
  /** Columns that hold NULL in each row: `c IS NULL`. */
  readonly nulls?: readonly string[] | undefined;
  readonly columns: readonly ColumnReference[];
  readonly text: string;
}

/** DEFAULT NULL is none. */
export const givesValue = (value: Expression | undefined): value is Expression =>
  value !== undefined && !value.isNull;

/** What a row meets that comes from any SELECT of a UNION; undefined: one of them gives all of its rows. */
export function eitherOf(parts: readonly (Predicate | undefined)[]): Predicate | undefined {
  const all = parts.flatMap((part) => part ?? []);
  const [first] = all;
  if (first === undefined || all.length < parts.length) return undefined;
  if (all.length === 1) return first;
  const inEach = (namesOf: (part: Predicate) => readonly string[]): readonly string[] =>
    inAll(all.map((part) => new Set(namesOf(part))));
  return {
    span: first.span,
    trivial: all.some(({ trivial }) => trivial),
    equalities: inEach(({ equalities }) => equalities),
    ranges: inEach(({ ranges }) => ranges),
    limited: inEach(({ limited }) => limited),
    nulls: inEach(({ nulls = [] }) => nulls),
    columns: all.flatMap(({ columns }) => columns),
    text: all.map(({ text }) => text).join("\nOR "),
  };
}
