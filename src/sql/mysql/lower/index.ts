/** From the tokens of one statement to its operations: one reader for each family of statements. */
import type { Asked, Operation } from "../../../model/operation.ts";
import type { Cursor } from "../cursor.ts";
import { alterDatabase, createDatabase, grant, maintain, otherObject } from "./administration.ts";
import { alterTable } from "./alter-table.ts";
import { readBody, type Lower } from "./body.ts";
import { createTable } from "./create-table.ts";
import * as data from "./data.ts";
import { drop, rename, truncate, utility } from "./drop.ts";
import { Facts } from "./gathered.ts";
import { createIndex } from "./index-statement.ts";
import { readCtes } from "./query.ts";
import { createRoutine, createTrigger, event } from "./routine.ts";
import { startsQuery } from "./scan.ts";
import * as session from "./session.ts";
import { unknownOperation } from "./target.ts";
import { createView, sequence } from "./view.ts";

/** What statements leave for later ones, and how to read statements in statements. */
export interface Surroundings {
  readonly lower: Lower;
  /** PREPARE, EXECUTE, DEALLOCATE and SET of variables: see dynamic.ts. */
  readonly prepared: (c: Cursor) => Operation[] | undefined;
}

/** Statements that change no schema and have no hazard of their own, by their first word. */
const utilities: ReadonlySet<string> = new Set(
  (
    "binlog cache change clone deallocate desc describe do explain flush get handler help import install kill purge reset " +
    "resignal restart show shutdown signal start stop table uninstall unlock xa prepare check checksum repair"
  ).split(" "),
);

/** Never throws; `unknown` for what can't be read, as a whole or from where its reader stops. */
export function lowerTokens(c: Cursor, surroundings: Surroundings): Operation[] {
  const start = c.at;
  const operations = statement(c, start, surroundings);
  if (operations === undefined || operations.length === 0)
    return [unknownOperation(c.span(start, c.end), statementName(c, start))];
  // What its reader left unread may say anything.
  if (!c.done && !isTail(c)) operations.push(unknownOperation(c.span(c.at, c.end), statementName(c, start)));
  return operations;
}

/** Words that may follow and mean nothing here. */
const isTail = (c: Cursor): boolean => c.is("restrict") || c.is("cascade");

/** `ALTER TABLE`, `INSERT`. */
export function statementName(c: Cursor, start: number): string {
  const words = c.tokens
    .slice(start, start + 2)
    .map(({ kind, value }) => (kind === "word" ? value.toUpperCase() : ""))
    .filter((word) => word !== "");
  const two = /^(?:CREATE|ALTER|DROP|RENAME|LOCK|START|SET)$/.test(words[0] ?? "");
  return words.slice(0, two ? 2 : 1).join(" ") || "unparsable";
}

function statement(c: Cursor, start: number, surroundings: Surroundings): Operation[] | undefined {
  const dynamic = surroundings.prepared(c);
  if (dynamic !== undefined) return dynamic;
  if (c.is("begin", "not", "atomic")) {
    const operations = readBody(c, surroundings.lower);
    c.at = c.end;
    return operations.length === 0 ? [utility(c, start, "BEGIN NOT ATOMIC")] : operations;
  }
  const transaction = session.transaction(c);
  if (transaction !== undefined) return transaction;
  if (startsQuery(c) && !c.is("with")) return data.select(c);
  const word = c.word();
  c.at++;
  switch (word) {
    case "create":
      return create(c, start, surroundings);
    case "alter":
      return alter(c, start, surroundings);
    case "drop":
      return drop(c, start);
    case "rename":
      return rename(c, start);
    case "truncate":
      return truncate(c, start);
    case "insert":
    case "replace":
      return data.insert(c, start, word === "replace");
    case "update":
      return data.update(c, start);
    case "delete":
      return data.remove(c, start);
    case "with": {
      c.at = start;
      const facts = new Facts();
      const ctes = readCtes(c, undefined, facts);
      if (c.take("update")) return data.update(c, start, { facts, ctes });
      if (c.take("delete")) return data.remove(c, start, { facts, ctes });
      c.at = start;
      return data.select(c);
    }
    case "load":
      return data.load(c, start) ?? [utility(c, start, "LOAD")];
    case "call":
      return data.call(c, start);
    case "set":
      return session.set(c, start);
    case "use":
      return session.use(c, start);
    case "lock":
      return session.lockTables(c, start);
    case "grant":
    case "revoke":
      return grant(c, start, word === "revoke");
    case "analyze":
    case "optimize":
    case "check":
    case "repair":
    case "checksum":
      return maintain(c, start, word) ?? [utility(c, start, word.toUpperCase())];
    case "unlock":
      return [utility(c, start, `UNLOCK ${c.word().toUpperCase()}`)];
    case "flush": {
      const command = c.tokens.slice(start, c.end).map(({ value }) => value.toUpperCase());
      return [utility(c, start, command.slice(0, 5).join(" "))];
    }
  }
  return utilities.has(word) ? [utility(c, start, word.toUpperCase())] : undefined;
}

function create(c: Cursor, start: number, { lower }: Surroundings): Operation[] | undefined {
  const orReplace = c.take("or", "replace");
  const temporary = c.take("temporary");
  let invoker = false;
  let definer: Asked<string> | undefined;
  for (;;) {
    if (c.take("definer")) definer = readDefiner(c);
    else if (c.take("algorithm")) {
      c.equals();
      c.next();
    } else if (c.take("sql", "security")) invoker = c.next()?.value === "invoker";
    else if (!c.take("aggregate")) break;
  }
  const flags = { orReplace, lower };
  const defined = (operations: Operation[] | undefined): Operation[] | undefined =>
    definer === undefined ? operations : operations?.map((op) => ({ ...op, definer }));
  if (c.take("table")) return createTable(c, start, { temporary, orReplace });
  const routine = c.takeOne("procedure", "function");
  if (routine !== undefined) return defined(createRoutine(c, start, routine === "procedure", flags));
  if (c.take("trigger")) return defined(createTrigger(c, start, flags));
  if (c.take("event")) return defined(event(c, start, "create", flags));
  if (c.take("view")) return defined(createView(c, start, { orReplace, invoker }));
  if (c.takeOne("database", "schema") !== undefined) return createDatabase(c, start);
  if (c.take("sequence")) return sequence(c, start, "create", { temporary, orReplace });
  const at = c.at;
  const index = createIndex(c, start, orReplace);
  if (index !== undefined) return index;
  c.at = at;
  return otherObject(c, start, "create", orReplace);
}

function alter(c: Cursor, start: number, { lower }: Surroundings): Operation[] | undefined {
  let invoker = false;
  for (;;) {
    if (c.take("definer")) readDefiner(c);
    else if (c.take("algorithm")) {
      c.equals();
      c.next();
    } else if (c.take("sql", "security")) invoker = c.next()?.value === "invoker";
    else break;
  }
  if (c.takeOne("database", "schema") !== undefined) return alterDatabase(c, start);
  if (c.take("view")) return createView(c, start, { orReplace: true, invoker });
  if (c.take("event")) return event(c, start, "alter", { orReplace: false, lower });
  if (c.take("sequence")) return sequence(c, start, "alter");
  const routine = c.takeOne("procedure", "function");
  if (routine !== undefined) {
    const name = c.objectName();
    if (name === undefined) return undefined;
    const security = c.tokens.slice(c.at, c.end).findIndex(({ value }) => value === "security");
    const securityDefiner = security === -1 ? undefined : c.word(security + 1) === "definer";
    c.at = c.end;
    const span = c.span(start);
    return [{ kind: "alterFunction", span, head: span, function: name, securityDefiner }];
  }
  if (c.take("instance")) return [utility(c, start, "ALTER INSTANCE")];
  return alterTable(c, start) ?? otherObject(c, start, "alter", false);
}

/** `= 'a'@'b'`; undefined for `= CURRENT_USER()` and for roles of the session. */
function readDefiner(c: Cursor): Asked<string> | undefined {
  c.equals();
  const from = c.at;
  const word = c.next()?.value.toLowerCase();
  c.parenthesised();
  if (c.peek()?.kind === "variable") c.at++;
  else if (word === "current_user" || word === "current_role") return undefined;
  const span = c.span(from);
  return { value: c.textOf(span), span };
}
