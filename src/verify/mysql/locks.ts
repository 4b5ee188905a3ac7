/**
 * What others may do while a statement changes a table. No server tells afterwards, but each refuses an ALGORITHM or LOCK
 * that it can't: the statement is sent with the cheapest first, and as it is written once all are refused.
 */
import { algorithms, type Algorithm } from "../../effects/effects.ts";
import type { MysqlDialect } from "../../model/dialect.ts";
import { alteredTable } from "../../model/kinds.ts";
import type { Statement } from "../../sql/front-end.ts";
import type { Answer, Connection } from "../connection.ts";

export interface Online {
  readonly relation: string;
  /** `ALGORITHM=INPLACE, LOCK=NONE` */
  readonly mode: string;
}

/** A name, perhaps with that of its database. */
const name = "(?:`(?:[^`]|``)+`|[\\w$]+)";
const head = new RegExp(
  `^ALTER\\s+(?:ONLINE\\s+|IGNORE\\s+)?TABLE\\s+(?:IF\\s+EXISTS\\s+)?${name}(?:\\s*\\.\\s*${name})?`,
  "i",
);

/** Where a statement may have its clauses: changes of partitions have them in front, with or without a comma. */
function* placesOf(sql: string, dialect: MysqlDialect): Generator<(clauses: readonly string[]) => string> {
  const start = head.exec(sql)?.[0];
  if (start !== undefined) {
    yield (clauses) => `${sql}\n, ${clauses.join(", ")}`;
    for (const comma of asks[dialect].commas)
      yield (clauses) => `${start} ${clauses.join(", ")}${comma}${sql.slice(start.length)}`;
  } else if (/^(?:CREATE|DROP)\s(?:[^(]*\s)?INDEX\s/i.test(sql))
    yield (clauses) => `${sql}\n${clauses.join(" ")}`;
}

/** INSTANT takes no LOCK on MySQL, and never needs one. */
const locksOf = (algorithm: Algorithm): readonly string[] =>
  algorithm === "INSTANT" ? [""] : ["LOCK=NONE", "LOCK=SHARED", "LOCK=EXCLUSIVE"];

const isNotSupported = (code: string): boolean => code === "1845" || code === "1846";
/** Syntax, and words that don't go together. */
const isNoPlace = (code: string): boolean => code === "1064" || code === "1221";

/** Runs a statement. `online`: what it was accepted with; undefined where it can't be asked. */
export async function runOnline(
  session: Connection,
  statement: Statement,
  sql: string,
): Promise<{ readonly answer: Answer; readonly online?: Online | undefined }> {
  const dialect = session.dialect as MysqlDialect;
  const table = statement.operations.map(alteredTable).find((one) => one !== undefined);
  if (table !== undefined && !/\b(?:ALGORITHM|LOCK)\s*=?\s*\w/i.test(sql))
    for (const place of placesOf(sql, dialect)) {
      const found = await climb(session, place);
      if (found === "other") break;
      if (found !== "no place")
        return { answer: found.answer, online: { relation: table.written ?? table.name, mode: found.mode } };
    }
  return { answer: await session.send(sql) };
}

type Climbed = "no place" | "other" | { readonly answer: Answer; readonly mode: string };

/** The first that is accepted has run. `other`: it fails for another reason, which it has as it is written, too. */
async function climb(session: Connection, place: (clauses: readonly string[]) => string): Promise<Climbed> {
  for (const algorithm of asks[session.dialect as MysqlDialect].algorithms)
    for (const lock of locksOf(algorithm)) {
      const clauses = [`ALGORITHM=${algorithm}`, lock].filter((one) => one !== "");
      const answer = await session.send(place(clauses));
      const code = answer.error?.code;
      if (code === undefined) return { answer, mode: clauses.join(", ") };
      if (isNoPlace(code)) return "no place";
      if (!isNotSupported(code)) return "other";
    }
  return "other";
}

/** Behind the clauses in front. MariaDB takes INSTANT there, and copies all the same. */
const asks: Readonly<
  Record<MysqlDialect, { readonly algorithms: readonly Algorithm[]; readonly commas: readonly string[] }>
> = {
  mysql: { algorithms: algorithms.filter((one) => one !== "NOCOPY"), commas: [",", ""] },
  mariadb: { algorithms, commas: [] },
};
