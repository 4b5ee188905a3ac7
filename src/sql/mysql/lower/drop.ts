/** DROP of whole objects, RENAME TABLE, TRUNCATE. */
import type { ObjectClass, Operation } from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Cursor } from "../cursor.ts";
import { dropIndex } from "./index-statement.ts";
import { Requests } from "./request.ts";

/** The cursor stands behind DROP. */
export function drop(c: Cursor, start: number): Operation[] | undefined {
  const temporary = c.take("temporary") ? true : undefined;
  if (c.takeOne("table", "tables") !== undefined) return dropTables(c, start, temporary);
  if (c.take("index")) return dropIndex(c, start);
  if (c.takeOne("view", "views") !== undefined) {
    const ifExists = c.ifExists();
    return tables(c, start).map(({ name, span }) => ({
      kind: "dropView",
      span,
      head: span,
      view: name,
      materialized: false,
      ifExists,
      cascade: false,
    }));
  }
  if (c.takeOne("database", "schema") !== undefined) {
    const ifExists = c.ifExists();
    const name = c.tableName();
    if (name === undefined) return undefined;
    const span = c.span(start);
    return [
      {
        kind: "dropSchema",
        span,
        head: span,
        schema: { text: name.name, span: name.span },
        ifExists,
        cascade: true,
      },
    ];
  }
  if (c.take("sequence")) {
    const ifExists = c.ifExists();
    return tables(c, start).map(({ name, span }) => ({
      kind: "dropSequence",
      span,
      head: span,
      sequence: name,
      ifExists,
      cascade: false,
    }));
  }
  const routine = c.takeOne("procedure", "function");
  if (routine !== undefined) {
    const ifExists = c.ifExists();
    const name = c.objectName();
    if (name === undefined) return undefined;
    const span = c.span(start);
    return [
      {
        kind: "dropFunction",
        span,
        head: span,
        function: name,
        object: routine === "procedure" ? "procedure" : "function",
        ifExists,
        cascade: false,
      },
    ];
  }
  if (c.take("prepare")) return [utility(c, start, "DEALLOCATE")];
  const object = objectClass(c);
  if (object === undefined) return undefined;
  const ifExists = c.ifExists();
  return names(c).map((name) => {
    const span = c.span(start);
    return { kind: "dropObject", span, head: span, object, name, relations: [], ifExists, cascade: false };
  });
}

const classes: readonly (readonly [string, ObjectClass])[] = [
  ["trigger", "trigger"],
  ["event", "event"],
  ["user", "role"],
  ["role", "role"],
  ["server", "server"],
  ["tablespace", "tablespace"],
  ["undo tablespace", "tablespace"],
  ["logfile group", "tablespace"],
  ["resource group", "parameter"],
  ["spatial reference system", "parameter"],
  ["package body", "routine"],
  ["package", "routine"],
];

/** The kind of object whose words come next. */
export function objectClass(c: Cursor): ObjectClass | undefined {
  return classes.find(([words]) => c.take(...words.split(" ")))?.[1];
}

/** Names, or accounts as `'bob'@'localhost'`, up to what is none. */
export function names(c: Cursor): QualifiedName[] {
  const list: QualifiedName[] = [];
  do {
    const first = c.at;
    const name = c.objectName();
    if (name === undefined) break;
    const host = c.peek()?.kind === "variable" ? c.next()?.value : "";
    const span = c.span(first);
    list.push({ ...name, name: `${name.name}${host ?? ""}`, text: c.textOf(span), span });
  } while (c.take(","));
  return list;
}

interface Named {
  readonly name: QualifiedName;
  readonly span: QualifiedName["span"];
}

/** A list of tables; the first one's span begins with the statement. */
function tables(c: Cursor, start: number): Named[] {
  const list: Named[] = [];
  do {
    const first = list.length === 0 ? start : c.at;
    const name = c.tableName();
    if (name === undefined) break;
    list.push({ name, span: c.span(first) });
  } while (c.take(","));
  return list;
}

function dropTables(c: Cursor, start: number, temporary: true | undefined): Operation[] {
  const requests = new Requests();
  const ifExists = c.ifExists();
  const list = tables(c, start);
  requests.readAll(c);
  const cascade = c.takeOne("restrict", "cascade") === "cascade";
  return requests.on(
    list.map(({ name, span }) => ({
      kind: "dropTable",
      span,
      head: span,
      table: name,
      ifExists,
      cascade,
      foreign: false,
      temporary,
    })),
  );
}

/** RENAME TABLE a TO b, c TO d; the cursor stands behind RENAME. */
export function rename(c: Cursor, start: number): Operation[] | undefined {
  if (c.take("user")) {
    const operations: Operation[] = [];
    do {
      const [name] = names(c.part(c.at, c.end));
      c.skipTo("to", ",");
      c.take("to");
      const to = c.name();
      if (c.peek()?.kind === "variable") c.at++;
      const span = c.span(start);
      if (to !== undefined)
        operations.push({ kind: "renameObject", span, head: span, object: "role", name, relations: [], to });
    } while (c.take(","));
    return operations;
  }
  if (c.takeOne("table", "tables") === undefined) return undefined;
  const ifExists = c.ifExists();
  const requests = new Requests();
  requests.readAll(c);
  const operations: Operation[] = [];
  let first = start;
  do {
    const table = c.tableName();
    requests.readAll(c);
    if (table === undefined || !c.take("to")) return undefined;
    const to = c.tableName();
    if (to === undefined) return undefined;
    const span = c.span(first);
    operations.push({
      kind: "renameTable",
      span,
      head: span,
      table,
      ifExists,
      to: { text: to.name, span: to.span },
      toSchema: to.schema,
      command: "rename table",
    });
    first = c.at + 1;
  } while (c.take(","));
  return requests.on(operations);
}

/** TRUNCATE [TABLE] t */
export function truncate(c: Cursor, start: number): Operation[] | undefined {
  c.take("table");
  const table = c.tableName();
  if (table === undefined) return undefined;
  const requests = new Requests();
  const head = c.span(start);
  requests.readAll(c);
  const span = c.span(start);
  return requests.on([
    { kind: "truncateTable", span, head, table, ifExists: false, cascade: false, restartIdentity: true },
  ]);
}

export function utility(c: Cursor, start: number, command: string): Operation {
  c.at = c.end;
  const span = c.span(start);
  return { kind: "utility", span, head: span, command };
}
