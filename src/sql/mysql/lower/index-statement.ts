/** CREATE INDEX and DROP INDEX. */
import type { Operation } from "../../../model/operation.ts";
import { bareName, type Cursor } from "../cursor.ts";
import { indexOperation, readIndexOptions, readParts } from "./key.ts";
import { Requests } from "./request.ts";
import { targetOf } from "./target.ts";

/** The cursor stands behind CREATE [OR REPLACE], before UNIQUE, FULLTEXT… or INDEX. */
export function createIndex(c: Cursor, start: number, orReplace: boolean): Operation[] | undefined {
  const requests = new Requests();
  if (c.is("online") || c.is("offline")) {
    if (c.word() === "online") requests.online(c.span(c.at, c.at + 1));
    c.at++;
  }
  const kind = c.takeOne("unique", "fulltext", "spatial", "vector");
  if (!c.take("index")) return undefined;
  const afterKeyword = c.at;
  const ifNotExists = c.ifNotExists();
  const name = c.name();
  const using = c.takeOne("using", "type") === undefined ? undefined : c.next()?.value.toLowerCase();
  if (!c.take("on")) return undefined;
  const table = c.tableName();
  if (table === undefined) return undefined;
  const headEnd = c.at;
  const target = targetOf(table, "alterTable");
  requests.readAll(c);
  if (c.word() !== "(") return undefined;
  const parts = readParts(c, target);
  let mysql = readIndexOptions(c, using);
  while (!c.done) {
    const before = c.at;
    requests.readAll(c);
    const more = readIndexOptions(c, mysql?.using);
    if (more !== undefined) mysql = { ...mysql, ...more };
    // No server takes such a statement, as far as we know.
    if (c.at === before) return undefined;
  }
  const body = { ...parts, name, headEnd, mysql: orReplace ? { ...mysql, orReplace: true as const } : mysql };
  const op = indexOperation(c, target, start, body, {
    kind: kind === "unique" ? undefined : kind,
    unique: kind === "unique",
    ifNotExists,
    afterKeyword,
    headEnd,
  });
  return requests.on([op]);
}

/** The cursor stands behind INDEX. */
export function dropIndex(c: Cursor, start: number): Operation[] | undefined {
  const requests = new Requests();
  const afterKeyword = c.tokens[c.at - 1]?.end ?? 0;
  const ifExists = c.ifExists();
  const name = c.name();
  if (name === undefined) return undefined;
  const table = c.take("on") ? c.tableName() : undefined;
  const head = c.span(start);
  requests.readAll(c);
  return requests.on([
    {
      kind: "dropIndex",
      span: c.span(start),
      head,
      index: bareName(name, c.source),
      onTable: table,
      concurrently: false,
      ifExists,
      cascade: false,
      afterKeyword,
    },
  ]);
}
