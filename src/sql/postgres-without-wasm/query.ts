/** Walks queries and expressions and gathers what they read, name by name, in the right scope. */
import type {
  Expr,
  ExprCall,
  ExprRef,
  From,
  JoinClause,
  QNameAliased,
  SelectedColumn,
  SelectFromStatement,
  SelectStatement,
  WithRecursiveStatement,
  WithStatement,
  WithStatementBinding,
} from "pgsql-ast-parser";
import type { QueryFacts } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import { Gathered, systemColumns, type SelectResult } from "../postgres/lower/gathered.ts";
import { listedName, nameAt } from "../postgres/lower/names.ts";
import {
  besideScope,
  aggregates,
  findCte,
  findItem,
  holders,
  newScope,
  type Cte,
  type Scope,
} from "../postgres/lower/scope.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";
import { parts, positionOf, qualified } from "./names.ts";
import { calledName, isColumn, isFunctionCall, isObject, isPlainSelect, isQuery, isTree } from "./nodes.ts";
import { outputName } from "./output.ts";

export type Modification = Exclude<WithStatementBinding, SelectStatement | WithStatement>;

export type With = WithStatement | WithRecursiveStatement;
export const isWith = (node: { readonly type: string }): node is With =>
  node.type === "with" || node.type === "with recursive";

/** The first string in it: `pg_get_serial_sequence('t', 'id')` has the table's name. */
function stringIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { type, value: text } = value as { type?: unknown; value?: unknown };
  if (type === "string" && typeof text === "string") return text;
  return Object.values(value)
    .map(stringIn)
    .find((found) => found !== undefined);
}

export class Collector extends Gathered<Modification> {
  /** An expression, or any tree that holds some. */
  walk(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) {
      for (const element of value) this.walk(element, scope);
      return;
    }
    if (!isObject(value)) return;
    if (isTree(value)) {
      const node = value as Expr;
      switch (node.type) {
        case "ref":
          this.column(node, scope);
          return;
        case "call":
          this.call(node, scope);
          return;
        case "keyword":
          if (node.keyword !== "distinct") this.keyword(positionOf(this.reader, node));
          return;
        case "cast":
          this.walk(node.operand, scope);
          return;
        case "extract":
        case "substring":
        case "overlay":
          this.special(node.type, positionOf(this.reader, node));
          break;
        case "binary":
          if (node.op === "AT TIME ZONE") {
            let at = positionOf(this.reader, node.right);
            while (at > 0 && !(this.reader.is(at, "at") && this.reader.is(at + 1, "time"))) at--;
            this.special("timezone", at);
          }
          if (node.op === "=" && [node.left, node.right].every(({ type }) => type === "ref")) {
            this.inRole("join", () => {
              this.walk([node.left, node.right], scope);
            });
            return;
          }
          break;
        default:
          if (!isQuery(node)) break;
          this.subquery = true;
          this.select(node, newScope(scope));
          return;
      }
    }
    for (const key in value) {
      if (key !== "_location" && key !== "dataType" && typeof value[key] === "object")
        this.walk(value[key], scope);
    }
  }

  /** A function with a syntax of its own. */
  private special(name: string, position: number): void {
    const found = listedName(this.reader, [name], position);
    this.functions.push(found);
    this.calls.push({ name: found, arguments: 2 });
  }

  private keyword(position: number): void {
    this.stableKeyword = true;
    const name = nameAt(this.reader, position);
    this.functions.push({ name: name.text, text: name.text, span: name.span });
  }

  private column(node: ExprRef, scope: Scope): void {
    const position = positionOf(this.reader, node);
    if (node.name === "*") {
      this.star(node, scope);
      return;
    }
    if (systemColumns.has(node.name)) return;
    const span = this.reader.span(position, this.reader.nameEnd(position));
    const column = node.name;
    const { variables } = this.reader.source;
    if (node.table === undefined) {
      if (findItem(scope, column) !== undefined && scope.table !== column) return;
      if (variables?.has(column) === true) return;
      this.columns.push({ ...holders(scope, column), column, span });
      return;
    }
    const { name: qualifier, schema } = node.table;
    const item = findItem(scope, qualifier);
    if (item === undefined && schema === undefined && variables?.has(qualifier) === true) return;
    if (item?.relation !== undefined) this.columns.push({ table: item.relation, column, span });
    else if (item === undefined && schema !== undefined) {
      this.columns.push({ table: listedName(this.reader, [schema, qualifier], position), column, span });
    } else this.columns.push({ candidates: [], column, span });
  }

  private star({ table }: ExprRef, scope: Scope): void {
    if (table === undefined) {
      for (const item of scope.items) if (item.relation !== undefined) this.stars.push(item.relation);
      return;
    }
    const relation = findItem(scope, table.name)?.relation;
    if (relation !== undefined) this.stars.push(relation);
  }

  private call(node: ExprCall, scope: Scope): void {
    // `count(*)` reads no column.
    const args = node.args.filter((arg) => !(arg.type === "ref" && arg.name === "*"));
    if (isFunctionCall(node)) {
      const position = positionOf(this.reader, node.function);
      // TRIM is what the grammar calls btrim.
      const name = listedName(
        this.reader,
        calledName(node) === "trim" ? ["btrim"] : parts(node.function),
        position,
      );
      this.functions.push(name);
      this.calls.push({ name, arguments: args.length });
      if (name.name === "setval") this.renumbers.push(stringIn(args[0]) ?? "");
      if (node.over == null && aggregates.has(name.name)) scope.aggregates = true;
    }
    if (calledName(node) === "exists") {
      // EXISTS (SELECT * …) expands nothing.
      const stars = this.stars.length;
      this.walk(args, scope);
      this.stars.length = stars;
      return;
    }
    this.walk(args, scope);
    this.walk(node.orderBy, scope);
    this.walk(node.filter, scope);
    this.walk(node.withinGroup, scope);
    this.walk(node.over, scope);
  }

  /** The CTEs of a WITH clause, into `scope`. */
  with(clause: With, scope: Scope): void {
    if (clause.type === "with recursive") {
      const { name } = clause.alias;
      scope.ctes.set(name, { limited: false });
      const result = this.select(clause.bind, newScope(besideScope(scope)));
      const columns = clause.columnNames.map((column) => column.name);
      this.addCte(name, columns.length === 0 ? result : { ...result, output: columns }, scope);
      return;
    }
    for (const { alias, statement } of clause.bind) {
      let cte: Cte = { limited: false };
      if (isQuery(statement)) cte = this.select(statement, newScope(besideScope(scope)));
      else this.modifying.push({ node: statement, range: this.cteRange(positionOf(this.reader, alias)) });
      this.addCte(alias.name, cte, scope);
    }
  }

  private addCte(name: string, cte: Cte, scope: Scope): void {
    scope.ctes.set(name, cte);
    this.ctes.set(name, cte);
  }

  /** A relation that the statement writes; never a CTE. */
  target(relation: QNameAliased, scope: Scope): QualifiedName {
    const name = qualified(this.reader, relation);
    scope.items.push({ name: relation.alias ?? name.name, relation: name });
    return name;
  }

  from(items: readonly From[], scope: Scope): void {
    for (const item of items) {
      const first = scope.items.length;
      this.fromItem(item, scope);
      if (item.join !== undefined && item.join !== null) this.join(item.join, scope, first, item);
    }
  }

  private fromItem(item: From, scope: Scope): void {
    if (item.type === "table") {
      const { name: node } = item;
      const cte = node.schema === undefined ? findCte(scope, node.name) : undefined;
      const name = node.alias ?? node.name;
      const renamed = (node.columnNames ?? []).length > 0;
      if (cte !== undefined) {
        const output = renamed ? undefined : cte.output;
        scope.items.push({ name, output, limited: cte.limited, listed: cte.listed });
        return;
      }
      const relation = qualified(this.reader, node);
      this.relations.push(relation);
      scope.items.push(renamed ? { name } : { name, relation });
    } else if (item.type === "statement") {
      this.subquery = true;
      const result = this.select(
        item.statement,
        newScope(item.lateral === true ? scope : besideScope(scope)),
      );
      const renamed = (item.columnNames ?? []).map(({ name }) => name);
      scope.items.push({
        name: item.alias,
        output: renamed.length > 0 ? renamed : result.output,
        limited: result.limited,
        listed: result.listed,
      });
    } else {
      this.call(item, scope);
      scope.items.push({ name: item.alias?.name ?? item.function.name });
    }
  }

  /** `first`: number of the item that is joined to those before it. */
  private join(join: JoinClause, scope: Scope, first: number, item: From): void {
    this.condition(join.on, scope);
    const names = join.using ?? [];
    if (names.length === 0) return;
    let open = positionOf(this.reader, join._location === undefined ? item : join);
    while (open < this.reader.length && !this.reader.is(open, "using")) open++;
    const listed = this.reader.list(open + 1);
    names.forEach(({ name: column }, i) => {
      const position = listed[i]?.from ?? open;
      const span = this.reader.span(position, position + 1);
      // USING names a column of both sides.
      for (const items of [scope.items.slice(0, first), scope.items.slice(first)]) {
        this.columns.push({ ...holders({ items, ctes: scope.ctes }, column), column, span });
      }
    });
  }

  /** `scope` is the query's own, still empty; `tail`: the last SELECT of a UNION, which got the ORDER BY of the whole. */
  select(node: SelectStatement, scope: Scope, tail = false): SelectResult {
    switch (node.type) {
      case "with":
      case "with recursive":
        this.with(node, scope);
        return isQuery(node.in) ? this.select(node.in, scope) : { output: undefined, limited: false };
      case "union":
      case "union all": {
        const left = this.select(node.left, newScope(scope));
        // The parser gives what stands after the last SELECT to it, not to the UNION.
        const at = positionOf(this.reader, node.right);
        const own = this.reader.is(at, "(") || this.reader.is(at - 1, "(");
        const right = this.select(node.right, newScope(scope), !own);
        return {
          output: left.output,
          limited: right.limited && (!own || left.limited),
          listed: left.listed === true && right.listed === true,
        };
      }
      case "values": {
        this.walk(node.values, scope);
        const output = (node.values[0] ?? []).map((_, i) => `column${i + 1}`);
        return { output, limited: false, listed: true };
      }
      default:
        return this.plainSelect(node, scope, tail);
    }
  }

  /** Decides which rows there are: WHERE, ON, HAVING. */
  condition(node: Expr | null | undefined, scope: Scope): void {
    this.inRole("filter", () => {
      this.walk(node, scope);
    });
  }

  private plainSelect(node: SelectFromStatement, scope: Scope, tail: boolean): SelectResult {
    const limited = isLimited(node);
    this.walk(node.limit, scope);
    this.from(node.from ?? [], scope);
    const calls = this.functions.length;
    const output = this.besideRows(() => this.targets(node.columns, scope));
    // What is called may give any number of rows.
    const listed = this.functions.length === calls && scope.items.every((item) => item.listed === true);
    if (Array.isArray(node.distinct)) this.walk(node.distinct, scope);
    this.besideRows(() => {
      this.condition(node.where, scope);
    });
    this.condition(node.having, scope);
    const aliases = new Set((node.columns ?? []).flatMap(({ alias }) => (alias ? [alias.name] : [])));
    // GROUP BY takes a table's column first, ORDER BY a result, also one that got its name by itself.
    this.grouping(node.groupBy ?? [], scope, aliases);
    const isAlike =
      node.distinct != null &&
      node.distinct !== "all" &&
      (node.columns ?? []).every(({ expr: { type } }) => constants.has(type));
    const oneRow = node.groupBy == null && (node.having != null || scope.aggregates === true || isAlike);
    const grouped = node.groupBy != null || (node.distinct != null && node.distinct !== "all");
    if (tail) return { output, limited, listed, oneRow, grouped };
    this.grouping(
      (node.orderBy ?? []).map(({ by }) => by),
      scope,
      new Set([...aliases, ...(output ?? [])]),
    );
    return { output, limited, listed, oneRow, grouped };
  }

  private grouping(nodes: readonly Expr[], scope: Scope, aliases: ReadonlySet<string>): void {
    for (const node of nodes) {
      if (isColumn(node) && node.table === undefined && aliases.has(node.name)) continue;
      this.walk(node, scope);
    }
  }

  /** A target or RETURNING list; the names of its results where all are evident. */
  targets(
    columns: readonly SelectedColumn[] | null | undefined,
    scope: Scope,
  ): readonly string[] | undefined {
    const output: string[] = [];
    let evident = true;
    for (const { expr, alias } of columns ?? []) {
      this.walk(expr, scope);
      if (expr.type !== "ref" || expr.name !== "*") {
        output.push(alias?.name ?? outputName(this.reader, expr));
        continue;
      }
      const qualifier = expr.table?.name;
      const items =
        qualifier === undefined ? scope.items : scope.items.filter(({ name }) => name === qualifier);
      for (const item of items) {
        if (item.output === undefined) evident = false;
        else output.push(...item.output);
      }
      if (items.length === 0) evident = false;
    }
    return evident ? output : undefined;
  }
}

export function isLimited(node: SelectStatement | undefined): boolean {
  if (!isPlainSelect(node)) return false;
  const limit = node.limit?.limit;
  return limit !== undefined && limit !== null && limit.type !== "null";
}

/** Facts about a whole query, and the statements that its WITH clauses run. */
export function queryFacts(
  reader: TokenReader,
  query: SelectStatement,
): { facts: QueryFacts; collector: Collector } {
  const collector = new Collector(reader);
  const result = collector.select(query, newScope());
  return { facts: collector.facts(result), collector };
}

const constants: ReadonlySet<string> = new Set(["string", "integer", "numeric", "boolean", "null"]);
