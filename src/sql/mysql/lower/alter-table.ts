/** ALTER TABLE: an operation for each clause. */
import { readings } from "../options.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Cursor } from "../cursor.ts";
import { alterMember, dropMember, renameMember } from "./alter-member.ts";
import { readColumn } from "./column.ts";
import { readKey } from "./key.ts";
import { charsetName, collationName, readTableOption } from "./option.ts";
import { readAlterPartitions } from "./partition.ts";
import { Requests } from "./request.ts";
import { targetOf, unknownOperation, type Target } from "./target.ts";

/** The cursor stands behind ALTER. */
export function alterTable(c: Cursor, start: number): Operation[] | undefined {
  const requests = new Requests();
  for (let word = c.word(); word === "online" || word === "offline" || word === "ignore"; word = c.word()) {
    const span = c.span(c.at, c.at + 1);
    c.at++;
    if (word === "online") requests.online(span);
    if (word === "ignore") requests.ignore(span);
  }
  if (!c.take("table")) return undefined;
  const ifExists = c.ifExists();
  const table = c.tableName();
  if (table === undefined) return undefined;
  const head = c.span(start);
  const target = targetOf(table, "alterTable", ifExists);
  const operations: Operation[] = [];
  requests.readAll(c);
  while (!c.done) {
    if (c.take(",") || requests.read(c)) continue;
    const first = c.at;
    const read = readClause(c, target);
    if (read !== undefined && read.length > 0) operations.push(...read);
    if (
      c.peek() === undefined ||
      c.word() === "," ||
      (read !== undefined && (c.is("partition", "by") || c.is("remove", "partitioning")))
    )
      continue;
    if (read !== undefined && requests.read(c)) continue;
    // What the clause has besides isn't known.
    const from = read === undefined ? first : c.at;
    c.skipTo(",");
    operations.push(unknownOperation(c.span(from), "ALTER TABLE", [table]));
  }
  if (operations.length === 0)
    operations.push({
      kind: "setTableOptions",
      span: c.span(start, c.end),
      head,
      table,
      ifExists,
      options: [],
    });
  return requests.on(operations);
}

function readClause(c: Cursor, target: Target): Operation[] | undefined {
  const partitions = readAlterPartitions(c, target);
  if (partitions !== undefined) return [partitions];
  const first = c.at;
  const { table, ifExists } = target;
  const base = { table, ifExists };
  switch (c.word()) {
    case "add":
      c.at++;
      return addClause(c, target, first);
    case "drop":
      c.at++;
      return dropMember(c, target, first);
    case "alter":
      c.at++;
      return alterMember(c, target, first);
    case "rename":
      c.at++;
      return renameMember(c, target, first);
    case "modify":
    case "change":
      return redefine(c, target);
    case "convert":
      if (!c.take("convert", "to")) return undefined;
      if (!c.take("character", "set") && !c.take("charset") && !c.take("char", "set")) return undefined;
      {
        const charset = charsetName(c);
        const headEnd = c.at;
        const collation = c.take("collate") ? collationName(c)?.name : undefined;
        return [
          {
            kind: "convertCharset",
            span: c.span(first),
            head: c.span(first, headEnd),
            ...base,
            charset,
            collation,
          },
        ];
      }
    case "enable":
    case "disable":
      if (c.word(1) !== "keys") return undefined;
      c.at += 2;
      return [state(c, target, first, c.tokens[first]?.value === "enable" ? "enable keys" : "disable keys")];
    case "discard":
    case "import":
      if (c.word(1) !== "tablespace") return undefined;
      c.at += 2;
      return [
        state(
          c,
          target,
          first,
          c.tokens[first]?.value === "discard" ? "discard tablespace" : "import tablespace",
        ),
      ];
    case "secondary_load":
    case "secondary_unload":
      c.at++;
      return [
        state(
          c,
          target,
          first,
          c.tokens[first]?.value === "secondary_load" ? "secondary load" : "secondary unload",
        ),
      ];
    case "force":
      c.at++;
      return [{ kind: "forceRebuild", span: c.span(first), head: c.span(first), ...base, command: "force" }];
    case "order": {
      if (!c.take("order", "by")) return undefined;
      const columns = [];
      do {
        const name = c.name();
        if (name === undefined) break;
        columns.push(name);
        c.takeOne("asc", "desc");
      } while (c.word() === "," && c.isName(1) && isOrderItem(c) && c.take(","));
      return [{ kind: "orderRows", span: c.span(first), head: c.span(first, first + 2), ...base, columns }];
    }
  }
  const options = [];
  for (let option = readTableOption(c); option !== undefined; option = readTableOption(c))
    options.push(option);
  if (options.length === 0) return undefined;
  const span = c.span(first);
  return [{ kind: "setTableOptions", span, head: span, ...base, options }];
}

const isOrderItem = (c: Cursor): boolean =>
  c.peek(2) === undefined || c.word(2) === "," || c.word(2) === "asc" || c.word(2) === "desc";

const state = (
  c: Cursor,
  { table, ifExists }: Target,
  first: number,
  to: Extract<Operation, { kind: "setTableState" }>["state"],
): Operation => ({
  kind: "setTableState",
  span: c.span(first),
  head: c.span(first),
  table,
  ifExists,
  state: to,
});

function addClause(c: Cursor, target: Target, start: number): Operation[] | undefined {
  const { table, ifExists } = target;
  const base = { table, ifExists };
  if (c.take("system", "versioning"))
    return [
      { kind: "setSystemVersioning", span: c.span(start), head: c.span(start), ...base, change: "add" },
    ];
  if (c.take("period", "for")) {
    const period = c.name()?.text;
    c.parenthesised();
    return [
      {
        kind: "setSystemVersioning",
        span: c.span(start),
        head: c.span(start),
        ...base,
        change: "add period",
        period,
      },
    ];
  }
  const key = readKey(c, target, start);
  if (key !== undefined) return [key];
  c.take("column");
  const ifNotExists = c.ifNotExists();
  if (c.word() === "(") {
    const inner = c.parenthesised();
    return inner?.list().flatMap((element) => {
      const from = element.at;
      const each = readKey(element, target);
      const read = each === undefined ? addColumn(element, target, from, ifNotExists) : [each];
      if (element.done && read !== undefined) return read;
      return [
        ...(read ?? []),
        unknownOperation(element.span(element.at, element.end), "ALTER TABLE", [table]),
      ];
    });
  }
  return addColumn(c, target, start, ifNotExists);
}

function addColumn(c: Cursor, target: Target, start: number, ifNotExists: boolean): Operation[] | undefined {
  const name = c.at;
  const read = readColumn(c, target);
  if (read === undefined) return undefined;
  const { table, ifExists } = target;
  return [
    {
      kind: "addColumn",
      span: c.span(start),
      head: c.span(start, name + 1),
      table,
      ifExists,
      column: read.definition,
      ifNotExists,
    },
    ...keysOf(c, read.inline, ifNotExists),
  ];
}

/** MariaDB reads IF [NOT] EXISTS of a column as said of its keys, too. */
const keysOf = (c: Cursor, inline: readonly Operation[], guarded: boolean): readonly Operation[] =>
  guarded && readings[c.source.options.dialect].isMariaDb
    ? inline.map((op) =>
        op.kind === "addUnique" || op.kind === "addPrimaryKey" ? { ...op, ifNotExists: true } : op,
      )
    : inline;

/** MODIFY [COLUMN] [IF EXISTS] definition, CHANGE [COLUMN] [IF EXISTS] old definition. */
function redefine(c: Cursor, target: Target): Operation[] | undefined {
  const first = c.at;
  const form = c.takeOne("modify", "change") === "modify" ? ("modify" as const) : ("change" as const);
  c.take("column");
  const isGuarded = c.ifExists() ? true : undefined;
  const inner = c.word() === "(" && form === "modify" ? c.parenthesised() : undefined;
  const one = (at: Cursor, start: number): Operation[] | undefined => {
    const old = form === "change" ? at.name() : undefined;
    const headEnd = at.at + 1;
    const read = readColumn(at, target);
    if (read === undefined) return undefined;
    return [
      {
        kind: "redefineColumn",
        span: at.span(start),
        head: at.span(start, headEnd),
        table: target.table,
        ifExists: target.ifExists,
        column: old ?? read.definition.name,
        form,
        definition: read.definition,
        columnIfExists: isGuarded,
      },
      ...keysOf(c, read.inline, isGuarded === true),
    ];
  };
  return inner === undefined ? one(c, first) : inner.list().flatMap((part) => one(part, part.at) ?? []);
}
