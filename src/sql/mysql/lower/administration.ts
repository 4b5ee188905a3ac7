/** Databases, accounts, privileges, and commands on tables that change no definition. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import { raw, type Cursor } from "../cursor.ts";
import { names, objectClass, utility } from "./drop.ts";
import { readTableOptions } from "./option.ts";

/** CREATE DATABASE; the cursor stands behind the keyword. */
export function createDatabase(c: Cursor, start: number): Operation[] | undefined {
  const ifNotExists = c.ifNotExists();
  const name = c.tableName();
  if (name === undefined) return undefined;
  const head = c.span(start);
  const options = readTableOptions(c);
  return [
    {
      kind: "createSchema",
      span: c.span(start),
      head,
      schema: { text: name.name, span: name.span },
      ifNotExists,
      options: options.length === 0 ? undefined : options,
    },
  ];
}

export function alterDatabase(c: Cursor, start: number): Operation[] {
  const first = c.at;
  const name =
    c.isName() && !/^(?:character|charset|collate|default|comment|encryption|read)$/.test(c.word())
      ? c.tableName()
      : undefined;
  if (name === undefined) c.at = first;
  const head = c.span(start);
  const options = readTableOptions(c).map((option) => `${option.name}=${option.value ?? ""}`);
  c.at = c.end;
  return [
    { kind: "alterObject", span: c.span(start), head, object: "database", name, relations: [], options },
  ];
}

/** CREATE and ALTER of accounts, roles, servers, tablespaces…; the cursor stands before their kind. */
export function otherObject(
  c: Cursor,
  start: number,
  verb: "create" | "alter",
  orReplace: boolean,
): Operation[] | undefined {
  const object = objectClass(c);
  if (object === undefined) return undefined;
  const ifNotExists = c.ifNotExists();
  c.ifExists();
  const list = names(c.part(c.at, accountsEnd(c)));
  const secret = secretIn(c);
  c.at = c.end;
  const span = c.span(start);
  const base = { span, head: span, object, relations: [], options: [], secret };
  const named = list.length === 0 ? [undefined] : list;
  return verb === "create"
    ? named.map((name) => ({ kind: "createObject", ...base, name, orReplace, ifNotExists }))
    : named.map((name) => ({ kind: "alterObject", ...base, name }));
}

function accountsEnd(c: Cursor): number {
  const at = c.part(c.at, c.end);
  at.skipTo(
    "identified",
    "require",
    "with",
    "account",
    "password",
    "default",
    "add",
    "options",
    "foreign",
    "type",
  );
  return at.at;
}

/** The literal behind IDENTIFIED BY, or of a server's PASSWORD. */
function secretIn(c: Cursor): Operation["span"] | undefined {
  for (let i = c.at; i + 1 < c.end; i++) {
    const word = c.tokens[i];
    const next = c.tokens[i + 1];
    const names =
      word?.kind === "word" && (word.value === "by" || word.value === "password" || word.value === "as");
    if (names && next?.kind === "string" && isWrittenOut(next.value))
      return { start: next.start, end: next.end };
  }
  return undefined;
}

/** `'${PASSWORD}'`, `'{{ password }}'`, `'<password>'` and the like are filled in later. */
const isWrittenOut = (password: string): boolean =>
  password !== "" && !/\$\{|\{\{|\$\(|%\(|%[sL]|<%|^[<@:$%]|\*\*\*/.test(password);

const objectTypes = new Set(["table", "function", "procedure", "package"]);

/** Upper case; the name of a granted role as it is written. */
function asPrivilege(text: string, isRole: boolean): string {
  const upper = text.toUpperCase();
  if (upper === "ALL PRIVILEGES") return "ALL";
  return isRole && upper !== "ALL" && upper !== "GRANT OPTION" ? text : upper;
}

/** GRANT and REVOKE; the cursor stands behind the word. */
export function grant(c: Cursor, start: number, revoke: boolean): Operation[] {
  const privileges: string[] = [];
  const columns: string[] = [];
  if (revoke) c.take("if", "exists");
  const first = c.at;
  c.skipTo("on", "to", "from");
  const listEnd = c.at;
  for (const part of c.part(first, listEnd).list()) {
    const words: string[] = [];
    while (!part.done && part.word() !== "(")
      words.push(raw(part.next() ?? { kind: "word", start: 0, end: 0, value: "" }, c.source));
    for (const column of part.parenthesised()?.list() ?? []) columns.push(column.name()?.text ?? "");
    privileges.push(words.join(" "));
  }
  const relations: QualifiedName[] = [];
  const inSchemas: string[] = [];
  let everywhere: true | undefined;
  let object: "table" | "function" | "procedure" | "schema" | "role" = "role";
  if (c.take("on")) {
    const said = objectTypes.has(c.word()) && c.word(1) !== "." ? c.next()?.value : undefined;
    object = said === "function" || said === "procedure" ? said : "table";
    if (c.is("*")) {
      c.at++;
      if (c.take(".", "*")) everywhere = true;
    } else if (c.isName() && c.word(1) === "." && c.word(2) === "*") {
      inSchemas.push(c.tableName()?.name ?? "");
      c.at += 2;
      object = "schema";
    } else {
      const name = c.tableName();
      if (name !== undefined) relations.push(name);
    }
  }
  const head = c.span(start);
  c.skipTo("to", "from");
  c.takeOne("to", "from");
  // MariaDB: everybody, quoted or not.
  const grantees = names(c).map(({ text }) => (/^['"`]?public['"`]?$/i.test(text) ? "public" : text));
  const secret = secretIn(c);
  c.at = c.end;
  return [
    {
      kind: "grant",
      span: c.span(start),
      head,
      object,
      relations,
      privileges: privileges.map((one) => asPrivilege(one, object === "role")),
      grantees,
      columns: columns.length === 0 ? undefined : columns,
      inSchemas,
      everywhere,
      revoke,
      defaults: false,
      secret,
    },
  ];
}

/** ANALYZE, OPTIMIZE, CHECK, REPAIR, CHECKSUM TABLE; the cursor stands behind the verb. */
export function maintain(c: Cursor, start: number, verb: string): Operation[] | undefined {
  c.takeOne("no_write_to_binlog", "local");
  if (c.takeOne("table", "tables") === undefined) return undefined;
  const tables: QualifiedName[] = [];
  const operations: Operation[] = [];
  let first = start;
  do {
    const table = c.tableName();
    if (table === undefined) return undefined;
    tables.push(table);
    const span = c.span(first);
    if (verb === "optimize")
      operations.push({
        kind: "forceRebuild",
        span,
        head: span,
        table,
        ifExists: false,
        command: "optimize",
      });
    first = c.at + 1;
  } while (c.take(","));
  if (verb === "optimize") return operations;
  if (verb !== "analyze") return [utility(c, start, `${verb.toUpperCase()} TABLE`)];
  c.at = c.end;
  const span = c.span(start);
  return [{ kind: "analyze", span, head: span, options: [], tables }];
}
