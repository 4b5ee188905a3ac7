/** INSERT, REPLACE, UPDATE, DELETE, LOAD DATA, SELECT, CALL. */
import type { Span } from "../../../text/span.ts";
import { eitherOf, type Predicate } from "../../../model/expression.ts";
import type { Name, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Cursor } from "../cursor.ts";
import { predicateOf } from "./expression.ts";
import { Facts, scopeOf, type Scope, type ScopeItem } from "./gathered.ts";
import { volatilityOf } from "./functions.ts";
import { readExpression, readFrom, readQuery, type QueryShape } from "./query.ts";
import { startsQuery } from "./scan.ts";

const clauseWords = ["set", "where", "order", "limit", "returning"];

/** The cursor stands behind INSERT or REPLACE. */
export function insert(c: Cursor, start: number, replace: boolean): Operation[] | undefined {
  let onConflict: "nothing" | "update" | "replace" | undefined = replace ? "replace" : undefined;
  for (let word = c.takeOne("low_priority", "delayed", "high_priority", "ignore"); word !== undefined;) {
    if (word === "ignore") onConflict = "nothing";
    word = c.takeOne("low_priority", "delayed", "high_priority", "ignore");
  }
  c.take("into");
  const table = c.tableName();
  if (table === undefined) return undefined;
  const head = c.span(start);
  if (c.take("partition")) c.parenthesised();
  const scope = scopeOf(table);
  const columns: Name[] = [];
  if (c.word() === "(" && !startsQuery(c, 1))
    for (const part of c.parenthesised()?.list() ?? []) columns.push(...(lastName(part) ?? []));
  const facts = new Facts();
  let source: "values" | "query" | "default" = "values";
  let rows: number | undefined;
  let where;
  if (c.takeOne("values", "value") !== undefined) {
    rows = 0;
    // `VALUES ()`
    source = columns.length === 0 ? "default" : "values";
    do {
      c.take("row");
      const row = c.parenthesised();
      if (row === undefined) break;
      rows++;
      if (!row.done) source = "values";
      readExpression(row, scope, facts);
    } while (c.take(","));
  } else if (c.take("set")) {
    rows = 1;
    columns.push(...assignments(c, scope, facts).map(({ column }) => column));
  } else if (startsQuery(c)) {
    source = "query";
    const from = c.at;
    do {
      c.at++;
      c.skipTo("on");
    } while (!c.done && !c.is("on", "duplicate"));
    const shape = readQuery(c.part(from, c.at), undefined, facts);
    if (!shape.reads) rows = 1;
    where = predicateOfQuery(c, shape);
  } else return undefined;
  if (c.take("as")) {
    c.name();
    c.parenthesised();
  }
  if (c.take("on", "duplicate", "key", "update")) {
    onConflict = "update";
    assignments(c, scope, facts);
  }
  c.at = c.end;
  return [
    {
      kind: "insertRows",
      span: c.span(start),
      head,
      table,
      columns,
      source,
      rows,
      onConflict,
      query: facts.query(),
      where,
    },
  ];
}

const predicateOfQuery = (c: Cursor, { wheres = [] }: QueryShape): Predicate | undefined =>
  eitherOf(wheres.map((where) => where && predicateOf(c.part(where.from, where.to), where.scope)));

function lastName(part: Cursor): Name[] | undefined {
  let name = part.name();
  while (part.take(".")) name = part.name();
  return name === undefined ? undefined : [name];
}

interface Assignment {
  readonly column: Name;
  /** `t` of `t.c = …`, in lower case. */
  readonly qualifier?: string | undefined;
  readonly isDefault: boolean;
}

/** `a = 1, t.b = c + 1`, up to the next clause. */
function assignments(c: Cursor, scope: Scope, facts: Facts): Assignment[] {
  const from = c.at;
  c.skipTo("where", "order", "limit", "returning", "on", "as");
  return c
    .part(from, c.at)
    .list()
    .flatMap((part) => {
      const names: Name[] = [];
      do {
        const name = part.name();
        if (name === undefined) return [];
        names.push(name);
      } while (part.take("."));
      const column = names.at(-1);
      if (column === undefined || part.takeOne("=", ":=") === undefined) return [];
      const isDefault = part.is("default") && part.end - part.at === 1;
      if (!isDefault) readExpression(part, scope, facts);
      return [{ column, qualifier: names.at(-2)?.text, isDefault }];
    });
}

/** The cursor stands behind UPDATE. */
export function update(c: Cursor, start: number, common?: Common): Operation[] | undefined {
  while (c.takeOne("low_priority", "ignore") !== undefined) continue;
  const { scope, facts, joined } = tableList(c, common, "set");
  const headEnd = c.at;
  if (!c.take("set")) return undefined;
  const set = assignments(c, scope, facts);
  const { where, limited } = rest(c, scope, facts, joined);
  const first = scope.items.find((item) => item.table !== undefined);
  const targets = new Set<ScopeItem>();
  for (const { qualifier } of set) {
    const item = qualifier === undefined ? first : scope.items.find(({ alias }) => alias === qualifier);
    if (item?.table !== undefined) targets.add(item);
  }
  if (targets.size === 0 && first !== undefined) targets.add(first);
  c.at = c.end;
  const query = without(facts, [...targets]);
  return [...targets].flatMap((item): Operation[] => {
    if (item.table === undefined) return [];
    const own = set.filter(({ qualifier }) =>
      qualifier === undefined ? item === first : qualifier === item.alias,
    );
    return [
      {
        kind: "updateRows",
        span: c.span(start),
        head: c.span(start, headEnd),
        table: item.table,
        columns: own.map(({ column }) => column),
        defaults: own.flatMap(({ column, isDefault }) => (isDefault ? column.text : [])),
        where,
        limited,
        query,
        ...among(item, scope),
      },
    ];
  });
}

/** See `UpdateRows.among`. */
const among = ({ written, table }: ScopeItem, { items }: Scope): { readonly among?: string } =>
  table === undefined || (written === undefined && items.length < 2) ? {} : { among: written ?? table.name };

/** What WITH in front of it says. */
interface Common {
  readonly facts: Facts;
  readonly ctes: ReadonlySet<string>;
}

interface From {
  readonly scope: Scope;
  readonly facts: Facts;
  /** The condition of an inner join. */
  readonly joined?: Cursor | undefined;
}

/** Tables up to a word. */
function tableList(c: Cursor, common: Common | undefined, ...until: readonly string[]): From {
  const facts = common?.facts ?? new Facts();
  const scope: Scope = { items: [], aliases: new Set(), ctes: common?.ctes ?? new Set() };
  const first = c.at;
  c.skipTo(...until);
  const joined = readFrom(c.part(first, c.at), scope, facts);
  return { scope, facts, joined };
}

function rest(
  c: Cursor,
  scope: Scope,
  facts: Facts,
  joined: Cursor | undefined,
): { readonly where?: Predicate | undefined; readonly limited?: true | undefined } {
  const ofJoin = joined && predicateOf(joined, scope);
  let where: Predicate | undefined = ofJoin && { ...ofJoin, ofJoin: true as const };
  let limited: true | undefined;
  if (c.take("where")) {
    const from = c.at;
    c.skipTo("order", "limit", "returning");
    readExpression(c.part(from, c.at), scope, facts);
    where = predicateOf(c.part(from, c.at), scope);
  }
  while (!c.done) {
    if (c.word() === "limit") limited = true;
    c.at++;
  }
  return { where, limited };
}

/** What is read besides the targets: those named once are written only. */
function without(facts: Facts, targets: readonly ScopeItem[]): ReturnType<Facts["query"]> {
  const query = facts.query();
  const written = targets.flatMap(({ table }) => table ?? []);
  return {
    ...query,
    relations: query.relations.filter((table) => !written.includes(table) || facts.again.has(table)),
  };
}

/** The cursor stands behind DELETE. */
export function remove(c: Cursor, start: number, common?: Common): Operation[] | undefined {
  while (c.takeOne("low_priority", "quick", "ignore", "history") !== undefined) continue;
  const targets: QualifiedName[] = [];
  const target = (): void => {
    const name = c.tableName();
    if (name === undefined) return;
    targets.push(name);
    c.take(".", "*");
  };
  const listed = (): void => {
    do target();
    while (c.take(","));
  };
  const single = c.take("from");
  const first = c.at;
  listed();
  const headEnd = c.at;
  if (targets.length === 0) return undefined;
  if (single && !c.is("using")) c.at = first;
  else c.takeOne("from", "using");
  const { scope, facts, joined } = tableList(c, common, ...clauseWords);
  const { where, limited } = rest(c, scope, facts, joined);
  const items = targets.flatMap((name) => {
    const alias = name.name.toLowerCase();
    return (
      scope.items.find(
        (item) => item.table !== undefined && (item.alias === alias || item.table.name === name.name),
      ) ?? {
        alias,
        table: name,
      }
    );
  });
  const query = without(facts, items);
  return items.flatMap((item): Operation[] =>
    item.table === undefined
      ? []
      : [
          {
            kind: "deleteRows",
            span: c.span(start),
            head: c.span(start, headEnd),
            table: item.table,
            where,
            limited,
            query,
            ...among(item, scope),
          },
        ],
  );
}

/** LOAD DATA and LOAD XML; the cursor stands behind LOAD. */
export function load(c: Cursor, start: number): Operation[] | undefined {
  if (c.takeOne("data", "xml") === undefined) return undefined;
  const first = c.at;
  c.skipTo("into");
  const isLocal = c.tokens.slice(first, c.at).some(({ kind, value }) => kind === "word" && value === "local");
  const serverFile = isLocal ? undefined : c.span(start);
  if (!c.take("into", "table")) return undefined;
  const table = c.tableName();
  const head = c.span(start);
  c.at = c.end;
  const common = { direction: "from", columns: [], program: false } as const;
  return [{ kind: "copyRows", span: c.span(start), head, table, ...common, serverFile }];
}

/** INTO OUTFILE, INTO DUMPFILE. */
function writtenFile(c: Cursor, start: number): Span | undefined {
  const words = c.tokens.slice(start, c.end).map(({ kind, value }) => (kind === "word" ? value : ""));
  const at = words.findIndex((word, i) => word === "into" && /^(?:out|dump)file$/.test(words[i + 1] ?? ""));
  return at < 0 ? undefined : c.span(start + at, start + at + 2);
}

/** The cursor stands at the query. */
export function select(c: Cursor): Operation[] {
  const start = c.at;
  const facts = new Facts();
  const shape = readQuery(c, undefined, facts);
  c.at = c.end;
  const span = c.span(start);
  const head = span;
  const where = predicateOfQuery(c, shape);
  const query = facts.query(shape);
  // A function of the history's own runs now.
  const calls = shape.reads
    ? []
    : query.functions.filter(({ name, schema }) => schema !== undefined || volatilityOf(name) === "unknown");
  return [
    {
      kind: "selectRows",
      span,
      head,
      query,
      locking: shape.locking,
      where,
      serverFile: writtenFile(c, start),
    },
    ...calls.map((name): Operation => ({
      kind: "callFunction",
      span,
      head: name.span,
      function: name,
      procedure: false,
    })),
  ];
}

/** The cursor stands behind CALL. */
export function call(c: Cursor, start: number): Operation[] | undefined {
  const name = c.objectName();
  if (name === undefined) return undefined;
  const head = c.span(start);
  const literals = c.parenthesised()?.list().map(textOf) ?? [];
  c.at = c.end;
  return [{ kind: "callFunction", span: c.span(start), head, function: name, procedure: true, literals }];
}

const textOf = (c: Cursor): string | undefined => {
  const token = c.end - c.at === 1 ? c.peek() : undefined;
  return token?.kind === "string" || token?.kind === "number" ? token.value : undefined;
};
