/** What the walk of a query or expression gathers, whichever parser made the tree. */
import type { ColumnReference, HeldColumn, QueryFacts, Volatility } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Cte } from "./scope.ts";
import type { Range, TokenReader } from "./tokens.ts";
import { functionVolatility } from "./volatility.ts";

/** PostgreSQL manual, section 5.6, "System Columns". */
export const systemColumns: ReadonlySet<string> = new Set([
  "tableoid",
  "xmin",
  "cmin",
  "xmax",
  "cmax",
  "ctid",
]);

/** A statement in a WITH clause that changes rows, and its tokens. */
export interface Modifying<N> {
  readonly node: N;
  readonly range: Range;
}

export interface SelectResult {
  readonly output: readonly string[] | undefined;
  readonly limited: boolean;
  /** Its rows are written out: VALUES, or a SELECT of nothing else. */
  readonly listed?: boolean | undefined;
  readonly oneRow?: boolean | undefined;
  readonly grouped?: boolean | undefined;
}

const ranks: readonly Volatility[] = ["immutable", "stable", "unknown", "volatile"];

/** `N`: the parser's node of a statement in a WITH clause. */
export class Gathered<N> {
  readonly reader: TokenReader;
  readonly relations: QualifiedName[] = [];
  /** Of `relations`: what sub-selects of a select list or a condition read. */
  readonly aside = new Set<QualifiedName>();
  /** What conditions hold columns to, but those of sub-selects in an expression. */
  readonly held: HeldColumn[] = [];
  readonly columns: ColumnReference[] = [];
  readonly functions: QualifiedName[] = [];
  /** The functions again, keywords (`CURRENT_DATE`) left out, with their number of arguments. */
  readonly calls: { readonly name: QualifiedName; readonly arguments: number }[] = [];
  readonly stars: QualifiedName[] = [];
  readonly sequences: string[] = [];
  readonly renumbers: string[] = [];
  readonly modifying: Modifying<N>[] = [];
  /** Every CTE met; names that are used twice in one statement are rare. */
  readonly ctes = new Map<string, Cte>();
  subquery = false;
  /** A function-like keyword (`CURRENT_TIMESTAMP`) was seen. */
  stableKeyword = false;

  constructor(reader: TokenReader) {
    this.reader = reader;
  }

  /** What `walk` finds of columns stands in a condition, or compares them. */
  protected inRole(role: "filter" | "join", walk: () => void): void {
    const from = this.columns.length;
    walk();
    for (const column of this.columns.splice(from)) this.columns.push({ role, ...column });
  }

  facts(result: Partial<SelectResult> = {}): QueryFacts {
    this.columns.sort((a, b) => a.span.start - b.span.start);
    return {
      relations: this.relations,
      columns: this.columns,
      functions: this.functions,
      ...(result.output === undefined ? {} : { output: result.output }),
      stars: this.stars,
      ...(this.aside.size === 0 ? {} : { aside: [...this.aside] }),
      limited: result.limited ?? false,
      ...(result.oneRow === true ? { oneRow: true } : {}),
      ...(result.grouped === true ? { grouped: true } : {}),
      ...(this.sequences.length === 0 ? {} : { sequences: this.sequences }),
      ...(this.renumbers.length === 0 ? {} : { renumbers: this.renumbers }),
    };
  }

  /** What is met meanwhile gives the query no rows of its own. */
  protected besideRows<T>(walk: () => T): T {
    const from = this.relations.length;
    const result = walk();
    for (const relation of this.relations.slice(from)) this.aside.add(relation);
    return result;
  }

  /** The most volatile part decides; an unknown function may be anything up to volatile. */
  volatility(): Volatility {
    let rank = this.stableKeyword || this.relations.length > 0 ? 1 : 0;
    for (const { name, arguments: count } of this.calls) {
      const outside = name.schema !== undefined && name.schema !== "pg_catalog";
      const volatility = outside ? "unknown" : functionVolatility(name.name, count);
      rank = Math.max(rank, ranks.indexOf(volatility));
    }
    return ranks[rank] ?? "unknown";
  }

  /** Tokens between the parentheses of `name (columns) AS MATERIALIZED (…)`. */
  protected cteRange(position: number): Range {
    let open = position + 1;
    if (this.reader.is(open, "(")) open = this.reader.close(open) + 1;
    while (open < this.reader.length && !this.reader.is(open, "(")) open++;
    return { from: open + 1, to: this.reader.close(open) };
  }
}
