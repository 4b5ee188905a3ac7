/** CREATE PROCEDURE, FUNCTION, TRIGGER, EVENT. */
import type { CreateTrigger, Operation, Parameter } from "../../../model/operation.ts";
import type { ColumnType } from "../../../model/types.ts";
import { Cursor } from "../cursor.ts";
import { readBody, usesOf, type Lower } from "./body.ts";
import { readType } from "./type.ts";

interface Flags {
  readonly orReplace: boolean;
  readonly lower: Lower;
}

/** The cursor stands behind PROCEDURE or FUNCTION. */
export function createRoutine(
  c: Cursor,
  start: number,
  procedure: boolean,
  { orReplace, lower }: Flags,
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists() ? true : undefined;
  const name = c.objectName();
  if (name === undefined) return undefined;
  const head = c.span(start);
  const parameters = (c.parenthesised()?.list() ?? []).flatMap((part) => parameter(part) ?? []);
  const returns = c.take("returns") ? readType(c)?.type : undefined;
  let deterministic = false;
  let invoker = false;
  for (;;) {
    if (c.take("not", "deterministic")) continue;
    if (c.take("deterministic")) deterministic = true;
    else if (c.take("sql", "security")) invoker = c.next()?.value === "invoker";
    else if (
      c.take("comment") ||
      c.take("language") ||
      c.take("collate") ||
      c.take("charset") ||
      c.take("character", "set")
    )
      c.next();
    else if (
      !c.take("no", "sql") &&
      !c.take("contains", "sql") &&
      !c.take("reads", "sql", "data") &&
      !c.take("modifies", "sql", "data")
    )
      break;
  }
  // A library's function: CREATE FUNCTION f RETURNS INTEGER SONAME 'x.so'.
  const loadable = c.is("soname");
  const from = c.at;
  const body = c.done || loadable ? undefined : c.span(from, c.end);
  const variables = new Set([...parameters.map(({ name: own }) => own ?? ""), ...declared(c)]);
  const operations = loadable
    ? []
    : readBody(new Cursor({ ...c.source, variables }, c.tokens, c.at, c.end), lower);
  c.at = c.end;
  return [
    {
      kind: "createFunction",
      span: c.span(start),
      head,
      function: name,
      procedure,
      ifNotExists,
      orReplace,
      parameters,
      returns,
      returnsSet: false,
      language: loadable ? "c" : "sql",
      volatility: deterministic ? "immutable" : "volatile",
      securityDefiner: !invoker,
      settings: [],
      body: body === undefined ? undefined : { span: body, text: c.textOf(body) },
      operations,
      uses: usesOf(operations),
      atomic: false,
    },
  ];
}

/** `DECLARE a, b INT`, and MariaDB's `FOR i IN`. */
function declared(c: Cursor): string[] {
  const names: string[] = [];
  const at = c.part(c.at, c.end);
  while (!at.done) {
    const word = at.word();
    at.at++;
    if (word === "for" && at.word(1) === "in") names.push(at.name()?.text ?? "");
    if (word !== "declare" || at.word(1) === "handler") continue;
    do names.push(at.name()?.text ?? "");
    while (at.take(","));
  }
  return names;
}

const modes = { in: "in", out: "out", inout: "inout" } as const;

function parameter(c: Cursor): Parameter | undefined {
  const mode = c.isName(1) ? (c.takeOne("in", "out", "inout") as keyof typeof modes | undefined) : undefined;
  const name = c.name();
  const type: ColumnType | undefined = readType(c)?.type;
  if (name === undefined || type === undefined) return undefined;
  return { name: name.text, type, mode: modes[mode ?? "in"], hasDefault: false };
}

const events = { insert: "insert", update: "update", delete: "delete" } as const;

/** The cursor stands behind TRIGGER. */
export function createTrigger(
  c: Cursor,
  start: number,
  { orReplace, lower }: Flags,
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists() ? true : undefined;
  const name = c.objectName();
  const timing = c.takeOne("before", "after");
  const found: CreateTrigger["events"][number][] = [];
  do {
    const event = c.takeOne("insert", "update", "delete") as keyof typeof events | undefined;
    if (event !== undefined) found.push(events[event]);
    if (event === "update" && c.take("of")) c.skipTo("on", "or");
  } while (c.take("or"));
  if (name === undefined || timing === undefined || !c.take("on")) return undefined;
  const table = c.tableName();
  if (table === undefined) return undefined;
  const head = c.span(start);
  c.take("for", "each", "row");
  if (c.takeOne("follows", "precedes") !== undefined) c.name();
  const body = c.done ? undefined : c.span(c.at, c.end);
  const variables = new Set(declared(c));
  const operations = readBody(new Cursor({ ...c.source, variables }, c.tokens, c.at, c.end), lower);
  c.at = c.end;
  return [
    {
      kind: "createTrigger",
      span: c.span(start),
      head,
      table,
      ifExists: false,
      name: {
        text: name.name,
        ...(name.written === undefined ? {} : { written: name.written }),
        span: name.span,
      },
      orReplace,
      constraint: false,
      timing: timing === "before" ? "before" : "after",
      events: found,
      updateOf: [],
      forEachRow: true,
      body: body === undefined ? undefined : { span: body, text: c.textOf(body) },
      operations,
      uses: usesOf(operations),
      ifNotExists,
    },
  ];
}

/** CREATE EVENT and ALTER EVENT; the cursor stands behind EVENT. */
export function event(
  c: Cursor,
  start: number,
  verb: "create" | "alter",
  { orReplace, lower }: Flags,
): Operation[] | undefined {
  const ifNotExists = c.ifNotExists();
  c.ifExists();
  const name = c.objectName();
  if (name === undefined) return undefined;
  const head = c.span(start);
  c.skipTo("do");
  c.take("do");
  const variables = new Set(declared(c));
  const scheduled = readBody(new Cursor({ ...c.source, variables }, c.tokens, c.at, c.end), lower)
    .filter((op) => !ofItsSession.has(op.kind) && !isItsWork(op))
    .map((op): Operation => ({ ...op, conditional: true, called: true }));
  c.at = c.end;
  const base = { span: c.span(start), head, object: "event" as const, name, relations: [], options: [] };
  return [
    verb === "create"
      ? { kind: "createObject", ...base, orReplace, ifNotExists }
      : { kind: "alterObject", ...base },
    ...scheduled,
  ];
}

/** Rows that it writes when it runs, again and again: no work of the migration. What it empties as a whole is reported. */
const isItsWork = (op: Operation): boolean =>
  writes.has(op.kind) || (op.kind === "deleteRows" && op.where !== undefined && !op.where.trivial);

const writes: ReadonlySet<Operation["kind"]> = new Set(["updateRows", "insertRows", "mergeRows", "copyRows"]);

/** An event runs in a session of its own: none of this is left to the migration. */
const ofItsSession: ReadonlySet<Operation["kind"]> = new Set([
  "begin",
  "commit",
  "rollback",
  "savepoint",
  "setOption",
  "useSchema",
  "lockTable",
  "selectRows",
  "utility",
]);
