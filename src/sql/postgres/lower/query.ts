/** Walks queries and expressions and gathers what they read, name by name, in the right scope. */
import type {
  A_Expr,
  ColumnRef,
  FuncCall,
  JoinExpr,
  Node,
  RangeVar,
  ResTarget,
  SelectStmt,
  SQLValueFunction,
  WithClause,
} from "@pgsql/types";
import type { QueryFacts } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import { Gathered, systemColumns, type SelectResult } from "./gathered.ts";
import { listedName, nameAt, rowsOf } from "./names.ts";
import { outputName } from "./output.ts";
import {
  aggregates,
  besideScope,
  findCte,
  findItem,
  holders,
  newScope,
  type Cte,
  type Scope,
} from "./scope.ts";
import { heldColumns } from "./held.ts";
import { isObject, lastLocation, strings, tagOf } from "./tree.ts";
import type { TokenReader } from "./tokens.ts";

/** Functions that write a sequence (manual, section 9.17). */
const advances: ReadonlySet<string> = new Set(["nextval", "setval"]);

/** `'s'`, `'app.s'` or `'s'::regclass`, unquoted names only. */
function sequenceNamed(node: Node | undefined): string | undefined {
  if (node !== undefined && "TypeCast" in node) return sequenceNamed(node.TypeCast.arg);
  const text = node !== undefined && "A_Const" in node ? node.A_Const.sval?.sval : undefined;
  const isPlain = /^(?:[a-z_][a-z0-9_$]{0,62}\.)?[a-z_][a-z0-9_$]{0,62}$/i.test(text ?? "");
  return isPlain ? text?.toLowerCase() : undefined;
}

/** The first string in it: `pg_get_serial_sequence('t', 'id')` has the table's name. */
function stringIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { A_Const: constant } = value as { A_Const?: { sval?: { sval?: string } } };
  if (constant !== undefined) return constant.sval?.sval;
  return Object.values(value)
    .map(stringIn)
    .find((text) => text !== undefined);
}

export class Collector extends Gathered<Node> {
  /** Of what is met, nothing decides by itself which rows there are: a sub-select of an expression, LATERAL. */
  private within = false;

  /** An expression, or any tree that holds some. */
  walk(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) {
      for (const element of value) this.walk(element, scope);
      return;
    }
    if (!isObject(value)) return;
    for (const key in value) {
      const child = value[key];
      switch (key) {
        case "ColumnRef":
          this.column(child as ColumnRef, scope);
          break;
        case "FuncCall":
          this.call(child as FuncCall, scope);
          break;
        case "A_Expr":
          this.operation(child as A_Expr, scope);
          break;
        case "SQLValueFunction":
          this.valueFunction(child as SQLValueFunction);
          break;
        case "SelectStmt":
          this.subquery = true;
          this.apart(() => this.select(child as SelectStmt, newScope(scope)));
          break;
        case "SubLink":
          this.subLink(child, scope);
          break;
        case "MultiAssignRef":
          // `(a, b) = (SELECT …)`: every target carries the whole source.
          if (isObject(child) && child.colno === 1) this.walk(child.source, scope);
          break;
        case "A_Const":
        case "typeName":
        case "TypeName":
        case "location":
          break;
        default:
          if (typeof child === "object") this.walk(child, scope);
      }
    }
  }

  private operation(expression: A_Expr, scope: Scope): void {
    const { kind, name, lexpr, rexpr } = expression;
    const both = [lexpr, rexpr];
    const walk = (): void => {
      this.walk(both, scope);
    };
    if (kind === "AEXPR_OP" && strings(name)[0] === "=" && both.every(isColumn)) this.inRole("join", walk);
    else walk();
  }

  /** Decides which rows there are: WHERE, ON, HAVING. */
  condition(node: Node | undefined, scope: Scope, keeps: "inner" | "outer" = "inner"): void {
    if (keeps === "inner" && !this.within) this.held.push(...heldColumns(this.reader, node, scope));
    this.inRole("filter", () => {
      this.walk(node, scope);
    });
  }

  private apart<T>(walk: () => T, isApart = true): T {
    const before = this.within;
    this.within ||= isApart;
    const result = walk();
    this.within = before;
    return result;
  }

  private subLink(value: unknown, scope: Scope): void {
    if (!isObject(value)) return;
    this.subquery = true;
    this.walk(value.testexpr, scope);
    const inner = value.subselect;
    if (!isObject(inner) || !("SelectStmt" in inner)) return;
    const stars = this.stars.length;
    this.apart(() => this.select(inner.SelectStmt as SelectStmt, newScope(scope)));
    // EXISTS (SELECT * …) expands nothing.
    if (value.subLinkType === "EXISTS_SUBLINK") this.stars.length = stars;
  }

  private column({ fields, location }: ColumnRef, scope: Scope): void {
    const names = strings(fields);
    const last = fields?.at(-1);
    if (last !== undefined && "A_Star" in last) {
      this.star(names, scope);
      return;
    }
    const column = names.at(-1) ?? "";
    // What the grammar adds by itself (CREATE RECURSIVE VIEW) stands nowhere.
    if (systemColumns.has(column) || location === -1) return;
    const position = this.reader.at(location);
    const span = this.reader.span(position, this.reader.nameEnd(position));
    if (names.length === 1) {
      // A relation's alias alone is its whole row; in a table's definition a column of that name is meant.
      if (findItem(scope, column) !== undefined && scope.table !== column) return;
      if (this.reader.source.variables?.has(column) === true) return;
      this.columns.push({ ...holders(scope, column), column, span });
      return;
    }
    const qualifier = names.at(-2) ?? "";
    const schema = names.at(-3);
    const item = findItem(scope, qualifier);
    if (item === undefined && schema === undefined && this.reader.source.variables?.has(qualifier) === true)
      return;
    if (item?.relation !== undefined) this.columns.push({ table: item.relation, column, span });
    else if (item === undefined && schema !== undefined) {
      this.columns.push({ table: listedName(this.reader, [schema, qualifier], position), column, span });
    } else this.columns.push({ candidates: [], column, span });
  }

  private star(names: readonly string[], scope: Scope): void {
    const qualifier = names.at(-1);
    if (qualifier === undefined) {
      for (const item of scope.items) if (item.relation !== undefined) this.stars.push(item.relation);
      return;
    }
    const relation = findItem(scope, qualifier)?.relation;
    if (relation !== undefined) this.stars.push(relation);
  }

  private call(call: FuncCall, scope: Scope): void {
    const parts = strings(call.funcname);
    const position = this.reader.at(call.location);
    // Functions with a syntax of their own (EXTRACT, SUBSTRING … FROM) are in pg_catalog without being written so.
    const written =
      parts[0] === "pg_catalog" && !this.reader.is(position, "pg_catalog") ? parts.slice(1) : parts;
    const name = listedName(this.reader, written, position);
    this.functions.push(name);
    this.calls.push({ name, arguments: call.args?.length ?? 0 });
    const sequence = advances.has(name.name) ? sequenceNamed(call.args?.[0]) : undefined;
    if (sequence !== undefined) this.sequences.push(sequence);
    if (name.name === "setval") this.renumbers.push(stringIn(call.args?.[0]) ?? "");
    // `count(r.*)` is about the row as a whole: it depends on no column.
    this.walk(
      call.args?.filter((argument) => !isStar(argument)),
      scope,
    );
    if (call.over === undefined && aggregates.has(name.name)) scope.aggregates = true;
    this.walk(call.agg_order, scope);
    this.walk(call.agg_filter, scope);
    this.walk(call.over, scope);
  }

  private valueFunction({ location }: SQLValueFunction): void {
    this.stableKeyword = true;
    const position = this.reader.at(location);
    const name = nameAt(this.reader, position);
    this.functions.push({ name: name.text, text: name.text, span: name.span });
  }

  /** The CTEs of a WITH clause, into `scope`. */
  with(clause: WithClause | undefined, scope: Scope): void {
    const ctes = clause?.ctes ?? [];
    if (clause?.recursive === true) {
      for (const node of ctes) {
        if ("CommonTableExpr" in node) scope.ctes.set(node.CommonTableExpr.ctename ?? "", { limited: false });
      }
    }
    for (const node of ctes) {
      if (!("CommonTableExpr" in node)) continue;
      const { ctename = "", ctequery, aliascolnames, location } = node.CommonTableExpr;
      let cte: Cte = { limited: false };
      if (ctequery !== undefined && "SelectStmt" in ctequery) {
        cte = this.select(ctequery.SelectStmt, newScope(besideScope(scope)));
      } else if (ctequery !== undefined) {
        this.modifying.push({ node: ctequery, range: this.cteRange(this.reader.at(location)) });
      }
      const names = strings(aliascolnames);
      const named = names.length === 0 ? cte : { ...cte, output: names };
      scope.ctes.set(ctename, named);
      this.ctes.set(ctename, named);
    }
  }

  from(nodes: readonly Node[] | undefined, scope: Scope): void {
    for (const node of nodes ?? []) this.fromItem(node, scope);
  }

  /** A relation that the statement writes or reads by name; never a CTE. */
  target(relation: RangeVar | undefined, scope: Scope): QualifiedName {
    const name = rowsOf(this.reader, relation);
    scope.items.push({ name: relation?.alias?.aliasname ?? name.name, relation: name });
    return name;
  }

  private fromItem(node: Node, scope: Scope): void {
    if ("RangeVar" in node) {
      const { alias, relname = "", schemaname } = node.RangeVar;
      const cte = schemaname === undefined ? findCte(scope, relname) : undefined;
      const name = alias?.aliasname ?? relname;
      if (cte !== undefined) {
        const renamed = strings(alias?.colnames);
        const output = renamed.length > 0 ? undefined : cte.output;
        scope.items.push({ name, output, limited: cte.limited, listed: cte.listed });
        return;
      }
      const relation = rowsOf(this.reader, node.RangeVar);
      this.relations.push(relation);
      scope.items.push(alias?.colnames === undefined ? { name, relation } : { name });
    } else if ("JoinExpr" in node) this.join(node.JoinExpr, scope);
    else if ("RangeSubselect" in node) {
      const { alias, subquery, lateral } = node.RangeSubselect;
      this.subquery = true;
      const parent = lateral === true ? scope : besideScope(scope);
      const result =
        subquery !== undefined && "SelectStmt" in subquery
          ? this.apart(() => this.select(subquery.SelectStmt, newScope(parent)), lateral === true)
          : undefined;
      const renamed = strings(alias?.colnames);
      scope.items.push({
        name: alias?.aliasname ?? "",
        output: renamed.length > 0 ? renamed : result?.output,
        limited: result?.limited ?? false,
        listed: result?.listed,
      });
    } else if ("RangeFunction" in node) {
      const { alias, functions } = node.RangeFunction;
      const count = this.functions.length;
      this.walk(functions, scope);
      scope.items.push({ name: alias?.aliasname ?? this.functions[count]?.name ?? "" });
    } else if ("RangeTableSample" in node) {
      const { relation, args, repeatable } = node.RangeTableSample;
      if (relation !== undefined) this.fromItem(relation, scope);
      this.walk(args, scope);
      this.walk(repeatable, scope);
    } else {
      this.walk(node, scope);
      const inner: unknown = Object.values(node)[0];
      const alias = isObject(inner) && isObject(inner.alias) ? inner.alias.aliasname : "";
      scope.items.push({ name: typeof alias === "string" ? alias : "" });
    }
  }

  private join(join: JoinExpr, scope: Scope): void {
    // An alias of the whole join hides the names inside.
    const inner = join.alias === undefined ? scope : newScope(scope);
    if (join.larg !== undefined) this.fromItem(join.larg, inner);
    const first = inner.items.length;
    if (join.rarg !== undefined) this.fromItem(join.rarg, inner);
    this.condition(join.quals, inner, join.jointype === "JOIN_INNER" ? "inner" : "outer");
    this.using(join, inner, first);
    if (join.alias !== undefined) scope.items.push({ name: join.alias.aliasname ?? "" });
  }

  /** `USING (c)` names a column of both sides. */
  private using(join: JoinExpr, scope: Scope, first: number): void {
    const names = strings(join.usingClause);
    if (names.length === 0) return;
    const from = this.reader.at(lastLocation(join.rarg));
    let open = from;
    while (open < this.reader.length && !this.reader.is(open, "using")) open++;
    const parts = this.reader.list(open + 1);
    names.forEach((column, i) => {
      const position = parts[i]?.from ?? from;
      const span = this.reader.span(position, position + 1);
      for (const items of [scope.items.slice(0, first), scope.items.slice(first)]) {
        this.columns.push({ ...holders({ items, ctes: scope.ctes }, column), column, span });
      }
    });
  }

  /** `scope` is the query's own, still empty. */
  select(select: SelectStmt, scope: Scope): SelectResult {
    this.with(select.withClause, scope);
    const limit = select.limitCount;
    const limited = limit !== undefined && !("A_Const" in limit && limit.A_Const.isnull === true);
    this.walk(select.limitCount, scope);
    this.walk(select.limitOffset, scope);
    if (select.larg !== undefined && select.rarg !== undefined) {
      const left = this.select(select.larg, newScope(scope));
      const right = this.select(select.rarg, newScope(scope));
      // ORDER BY of a UNION names results only.
      return {
        output: left.output,
        limited: limited || (left.limited && right.limited),
        listed: left.listed === true && right.listed === true,
      };
    }
    if (select.valuesLists !== undefined) {
      this.walk(select.valuesLists, scope);
      const row = select.valuesLists[0];
      const width = row !== undefined && "List" in row ? (row.List.items?.length ?? 0) : 0;
      return { output: Array.from({ length: width }, (_, i) => `column${i + 1}`), limited, listed: true };
    }
    this.from(select.fromClause, scope);
    const calls = this.functions.length;
    const output = this.besideRows(() => this.targets(select.targetList, scope));
    // What is called may give any number of rows.
    const listed = this.functions.length === calls && scope.items.every((item) => item.listed === true);
    this.walk(select.distinctClause, scope);
    this.besideRows(() => {
      this.condition(select.whereClause, scope);
    });
    this.condition(select.havingClause, scope);
    this.walk(select.windowClause, scope);
    const aliases = new Set<string>();
    for (const target of select.targetList ?? []) {
      if ("ResTarget" in target && target.ResTarget.name !== undefined) aliases.add(target.ResTarget.name);
    }
    // GROUP BY takes a table's column first, ORDER BY a result, also one that got its name by itself.
    this.grouping(select.groupClause, scope, aliases);
    this.grouping(select.sortClause, scope, new Set([...aliases, ...(output ?? [])]));
    // All rows make one group, or are alike.
    const isAlike = select.distinctClause !== undefined && (select.targetList ?? []).every(isConstant);
    const isOneRow =
      select.groupClause === undefined &&
      (select.havingClause !== undefined || scope.aggregates === true || isAlike);
    const grouped = select.groupClause !== undefined || select.distinctClause !== undefined;
    return { output, limited, listed, oneRow: isOneRow, grouped };
  }

  /** ORDER BY and GROUP BY: a bare name may be one of the results'. */
  private grouping(nodes: readonly Node[] | undefined, scope: Scope, aliases: ReadonlySet<string>): void {
    for (const node of nodes ?? []) {
      const inner = "SortBy" in node ? node.SortBy.node : node;
      if (inner === undefined) continue;
      if ("ColumnRef" in inner) {
        const names = strings(inner.ColumnRef.fields);
        if (names.length === 1 && aliases.has(names[0] ?? "")) continue;
      }
      if ("GroupingSet" in inner) this.grouping(inner.GroupingSet.content, scope, aliases);
      else this.walk(inner, scope);
    }
  }

  /** A target or RETURNING list; the names of its results where all are evident. */
  targets(nodes: readonly Node[] | undefined, scope: Scope): readonly string[] | undefined {
    const output: string[] = [];
    let evident = true;
    for (const node of nodes ?? []) {
      if (!("ResTarget" in node)) continue;
      const target: ResTarget = node.ResTarget;
      this.walk(target.val, scope);
      const star = target.val === undefined ? undefined : starQualifier(target.val);
      if (star === undefined) {
        output.push(target.name ?? outputName(target.val));
        continue;
      }
      const expanded = star === "" ? scope.items : scope.items.filter((item) => item.name === star);
      for (const item of expanded) {
        if (item.output === undefined) evident = false;
        else output.push(...item.output);
      }
      if (expanded.length === 0) evident = false;
    }
    return evident ? output : undefined;
  }
}

/** Qualifier of `t.*`, empty for `*`; undefined for anything else. */
function starQualifier(node: Node): string | undefined {
  if (tagOf(node) !== "ColumnRef" || !("ColumnRef" in node)) return undefined;
  const last = node.ColumnRef.fields?.at(-1);
  if (last === undefined || !("A_Star" in last)) return undefined;
  return strings(node.ColumnRef.fields).at(-1) ?? "";
}

/** Facts about a whole query, and the statements that its WITH clauses run. */
export function queryFacts(
  reader: TokenReader,
  query: Node | undefined,
): { facts: QueryFacts; collector: Collector } {
  const collector = new Collector(reader);
  if (query !== undefined && "SelectStmt" in query) {
    const result = collector.select(query.SelectStmt, newScope());
    return { facts: collector.facts(result), collector };
  }
  collector.walk(query, newScope());
  return { facts: collector.facts(), collector };
}

const isColumn = (node: Node | undefined): boolean => node !== undefined && "ColumnRef" in node;

function isStar(node: Node): boolean {
  if (!("ColumnRef" in node)) return false;
  const last = node.ColumnRef.fields?.at(-1);
  return last !== undefined && "A_Star" in last;
}

const isConstant = (target: Node): boolean =>
  "ResTarget" in target && target.ResTarget.val !== undefined && "A_Const" in target.ResTarget.val;
