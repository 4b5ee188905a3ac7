/** What is gathered while expressions and queries are read. */
import type { ColumnReference, QueryFacts } from "../../../model/expression.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { Span } from "../../../text/span.ts";
import type { Cursor } from "../cursor.ts";

/** A FROM item: `table` undefined where it is a sub-select, CTE or function. */
export interface ScopeItem {
  readonly alias: string;
  /** The alias as it is written; undefined: the table has none. */
  readonly written?: string | undefined;
  readonly table?: QualifiedName | undefined;
}

/** The relations that columns of an expression can belong to. */
export interface Scope {
  readonly items: ScopeItem[];
  readonly outer?: Scope | undefined;
  /** Names that the select list gives to its columns. */
  readonly aliases: ReadonlySet<string>;
  /** Common table expressions, folded. */
  readonly ctes: ReadonlySet<string>;
}

export const noScope: Scope = { items: [], aliases: new Set(), ctes: new Set() };

/** A scope of one table. */
export const scopeOf = (table: QualifiedName | undefined, alias?: string): Scope => ({
  ...noScope,
  items: table === undefined ? [] : [{ alias: (alias ?? table.name).toLowerCase(), table }],
});

export class Facts {
  readonly relations: QualifiedName[] = [];
  /** Those of them that are named more than once. */
  readonly again = new Set<QualifiedName>();
  readonly columns: ColumnReference[] = [];
  readonly functions: QualifiedName[] = [];
  readonly stars: QualifiedName[] = [];
  subquery = false;
  /** Sub-selects that are still to be read. */
  readonly pending: { readonly query: Cursor; readonly scope: Scope }[] = [];

  relation(table: QualifiedName): void {
    const known = this.relations.find((other) => other.name === table.name && other.schema === table.schema);
    if (known === undefined) this.relations.push(table);
    else this.again.add(known);
  }

  /** Columns from this number on only decide which rows are read. */
  filters(from: number): void {
    for (const column of this.columns.splice(from)) this.columns.push({ role: "filter", ...column });
  }

  function(name: QualifiedName): void {
    if (!this.functions.some((other) => other.name === name.name && other.schema === name.schema))
      this.functions.push(name);
  }

  /** `qualifier`: `t` or `db.t` of `t.c`. */
  column(
    { text: column, written }: Omit<Name, "span">,
    span: Span,
    qualifier: QualifiedName | undefined,
    scope: Scope,
  ): void {
    const add = (of: Pick<ColumnReference, "table" | "candidates">): void => {
      this.columns.push({ ...of, column, ...(written === undefined ? {} : { written }), span });
    };
    if (qualifier === undefined) {
      if (scope.aliases.has(column)) return;
      const known = within(scope);
      const [only] = known;
      if (known.length === 1 && only?.table !== undefined) add({ table: only.table });
      // A sub-select or a CTE may have it, whose columns aren't followed.
      else if (known.some((item) => item.table === undefined)) add({});
      else add({ candidates: known.flatMap((item) => item.table ?? []) });
      return;
    }
    const alias = qualifier.name.toLowerCase();
    const found = within(scope).find(
      (item) =>
        (qualifier.schema === undefined && item.alias === alias) ||
        (item.table?.name === qualifier.name && item.table.schema === qualifier.schema),
    );
    if (found?.table !== undefined) add({ table: found.table });
    else add({ candidates: [] });
  }

  /** `*` or `t.*` in a select list. */
  star(qualifier: QualifiedName | undefined, scope: Scope): void {
    const alias = qualifier?.name.toLowerCase();
    for (const item of scope.items)
      if (item.table !== undefined && (alias === undefined || item.alias === alias))
        this.stars.push(item.table);
  }

  query(
    more: { readonly output?: readonly string[] | undefined; readonly limited?: boolean } = {},
  ): QueryFacts {
    return {
      relations: this.relations.toSorted(byPlace),
      columns: this.columns.toSorted(byPlace),
      functions: this.functions.toSorted(byPlace),
      output: more.output,
      stars: this.stars.toSorted(byPlace),
      limited: more.limited ?? false,
    };
  }
}

const byPlace = (a: { readonly span: Span }, b: { readonly span: Span }): number =>
  a.span.start - b.span.start;

/** Innermost first. */
function within(scope: Scope): ScopeItem[] {
  const items: ScopeItem[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) items.push(...at.items);
  return items;
}
