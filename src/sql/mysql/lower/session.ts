/** Transactions, SET, USE, LOCK TABLES, prepared statements. */
import type { Operation } from "../../../model/operation.ts";
import { raw, type Cursor } from "../cursor.ts";
import { utility } from "./drop.ts";
import { nameIn } from "../sql-mode.ts";
import { isConstant } from "./expression.ts";

/** BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE; undefined: none of them begins here. */
export function transaction(c: Cursor): Operation[] | undefined {
  const start = c.at;
  const done = <T extends object>(op: T): T & { span: Operation["span"]; head: Operation["head"] } => {
    const span = c.span(start, c.end);
    c.at = c.end;
    return { ...op, span, head: span };
  };
  if (c.take("begin") || c.take("start", "transaction")) return [done({ kind: "begin" })];
  if (c.take("commit")) return [done({ kind: "commit", chain: chains(c) })];
  if (c.take("rollback")) {
    c.take("work");
    if (!c.take("to")) return [done({ kind: "rollback", chain: chains(c) })];
    c.take("savepoint");
    return [done({ kind: "savepoint", action: "rollback", name: c.name()?.text ?? "" })];
  }
  if (c.take("savepoint")) return [done({ kind: "savepoint", action: "set", name: c.name()?.text ?? "" })];
  if (c.take("release", "savepoint"))
    return [done({ kind: "savepoint", action: "release", name: c.name()?.text ?? "" })];
  return undefined;
}

function chains(c: Cursor): boolean {
  c.take("work");
  return c.is("and", "chain");
}

type SetOption = Extract<Operation, { kind: "setOption" }>;

/** SET a = 1, GLOBAL b = 2, @x = …, NAMES utf8mb4; the cursor stands behind SET. */
export function set(c: Cursor, start: number): Operation[] | undefined {
  if (c.is("statement")) return undefined;
  if (c.is("password") || c.is("default", "role") || c.is("role")) {
    const secret = c.tokens.slice(c.at, c.end).findLast(({ kind }) => kind === "string");
    const span = c.span(start, c.end);
    const isPassword = c.is("password");
    c.at = c.end;
    if (!isPassword) return [{ kind: "utility", span, head: span, command: "SET ROLE" }];
    return [
      {
        kind: "alterObject",
        span,
        head: span,
        object: "role",
        relations: [],
        options: ["PASSWORD"],
        secret: secret === undefined ? undefined : { start: secret.start, end: secret.end },
      },
    ];
  }
  let scope: SetOption["scope"];
  if (c.is("transaction") || c.is("session", "transaction") || c.is("global", "transaction")) {
    if (c.takeOne("session", "global") === "global") scope = "global";
    c.at++;
    const span = c.span(start, c.end);
    const value = c.textOf(c.span(c.at, c.end)).toLowerCase();
    c.at = c.end;
    return [{ kind: "setOption", span, head: span, name: "transaction", value, local: false, scope }];
  }
  const operations: Operation[] = [];
  let first = start;
  for (const part of c.list()) {
    const word = part.takeOne(...scopeWords);
    // It counts for what follows without one (MySQL manual, "SET Syntax for Variable Assignment").
    if (word !== undefined) scope = scopes[word as keyof typeof scopes];
    const op = assignment(part, first, scope);
    if (op === undefined) return undefined;
    operations.push(op);
    first = part.end + 1;
  }
  return operations;
}

const scopes = {
  global: "global",
  persist: "persist",
  persist_only: "persist_only",
  session: undefined,
  local: undefined,
} as const;

const scopeWords = Object.keys(scopes);

function assignment(c: Cursor, first: number, outer: SetOption["scope"]): SetOption | undefined {
  let scope = outer;
  const done = (name: string, value: string | undefined, headEnd = c.at): SetOption => {
    c.at = c.end;
    return {
      kind: "setOption",
      span: c.span(first),
      head: c.span(first, Math.max(headEnd, first + 1)),
      name,
      value,
      local: false,
      scope,
    };
  };
  if (c.take("names")) return done("names", valueOf(c, c.at), c.end);
  if (c.take("character", "set") || c.take("charset")) return done("character_set", valueOf(c, c.at), c.end);
  const token = c.peek();
  if (token === undefined) return undefined;
  let name = nameIn(c);
  if (token.kind === "variable") {
    if (name.startsWith("@@")) {
      const parts = name.slice(2).split(".");
      const said = parts[0] as keyof typeof scopes;
      if (parts.length > 1 && Object.hasOwn(scopes, said)) {
        scope = scopes[said];
        name = parts.slice(1).join(".");
      } else {
        scope = undefined;
        name = parts.join(".");
      }
    } else scope = "user";
  } else if (/^(?:new|old)(?:\.|$)/.test(name) || c.source.variables?.has(name) === true) scope = "user";
  else if (token.kind !== "word" && token.kind !== "quoted") return undefined;
  if (c.takeOne("=", ":=") === undefined) return undefined;
  return done(name, c.is("default") && c.end - c.at === 1 ? undefined : valueOf(c, c.at), c.end);
}

/** A literal without its quotes, anything else as written. */
function valueOf(c: Cursor, from: number): string {
  const part = c.part(from, c.end);
  const token = part.peek();
  if (part.end - part.at === 1 && token !== undefined && isConstant(part))
    return token.kind === "string" ? token.value : raw(token, c.source);
  return part.done ? "" : c.textOf(part.span(part.at, part.end));
}

export function use(c: Cursor, start: number): Operation[] | undefined {
  const name = c.tableName();
  if (name === undefined) return undefined;
  const span = c.span(start);
  return [{ kind: "useSchema", span, head: span, schema: { text: name.name, span: name.span } }];
}

/** LOCK TABLES t READ, u WRITE; the cursor stands behind LOCK. */
export function lockTables(c: Cursor, start: number): Operation[] | undefined {
  if (c.takeOne("tables", "table") === undefined) return [utility(c, start, "LOCK")];
  const operations: Operation[] = [];
  let first = start;
  for (const part of c.list()) {
    const table = part.tableName();
    if (table === undefined) return undefined;
    if (part.take("as") || !/^(?:read|write|low_priority|concurrent|)$/.test(part.word())) part.at++;
    const mode = part.tokens.slice(part.at, part.end).map(({ value }) => value.toUpperCase());
    part.at = part.end;
    const span = part.span(first);
    operations.push({
      kind: "lockTable",
      span,
      head: span,
      table,
      only: false,
      mode: mode.join(" "),
      nowait: false,
    });
    first = part.end + 1;
  }
  return operations;
}
