import type { MysqlDialect } from "../../src/model/dialect.ts";
import { readFileSync } from "node:fs";
import { onlineEffectsIn, preparedDatabase } from "../../src/engine/online-effects-of.ts";
import { mariadb } from "../../src/dialects/mariadb.ts";
import { mysql } from "../../src/dialects/mysql.ts";

const folder = new URL("../../fixtures/effects/mysql/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** What one statement did on a MySQL or MariaDB server; what is false or null is left out. */
export interface OnlineMeasured {
  /** The cheapest explicit ALGORITHM that the server executed. */
  readonly algorithm?: "INSTANT" | "NOCOPY" | "INPLACE" | "COPY";
  /** The weakest explicit LOCK accepted beside it. */
  readonly lock?: "NONE" | "SHARED" | "EXCLUSIVE";
  /** A tablespace of the table is another one afterwards. */
  readonly rebuild?: boolean;
  readonly rowsCopied?: boolean;
  /** One of the limited number of instant row versions is used. */
  readonly rowVersion?: boolean;
  /** Error number and the server's words. */
  readonly fails?: string;
}

/** `setup` is run before, `session` in the measured session; results by product and version: `mariadb 10.11.19`. */
export interface OnlineCase {
  readonly id: string;
  readonly setup?: string;
  readonly session?: string;
  readonly sql: string;
  readonly on: Readonly<Record<string, OnlineMeasured>>;
}

/** The tables that most cases change; their rows are in rows.sql. */
export const schema = read("schema.sql");

const dialects: Readonly<Record<MysqlDialect, typeof mysql>> = { mysql, mariadb };

const lines = (name: string): readonly OnlineCase[] =>
  read(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as OnlineCase);

/** Measured here on one MariaDB, and elsewhere on several servers. */
export const lists: Readonly<Record<string, readonly OnlineCase[]>> = {
  "cases.jsonl": lines("cases.jsonl"),
  "servers.jsonl": lines("servers.jsonl"),
};

const prepared = new Map<string, ReturnType<typeof preparedDatabase>>();

function preparedOn(dialect: MysqlDialect, version: string): ReturnType<typeof preparedDatabase> {
  const server = `${dialect} ${version}`;
  const known = prepared.get(server) ?? preparedDatabase({ version, schema }, dialects[dialect]);
  prepared.set(server, known);
  return known;
}

/** What ddlint says about a case on `mariadb 10.11.19`, in the form of the measured one. */
export function computed(one: OnlineCase, server: string): OnlineMeasured {
  const [dialect, version] = server.split(" ") as [MysqlDialect, string];
  const { sql, setup, session } = one;
  const options = { version, setup, session };
  const found = onlineEffectsIn(sql, preparedOn(dialect, version), options, dialects[dialect]);
  if (found.fails !== null) return { fails: found.fails };
  return {
    ...(found.algorithm === null ? {} : { algorithm: found.algorithm }),
    ...(found.lock === null ? {} : { lock: found.lock }),
    ...(found.rebuild ? { rebuild: true } : {}),
    ...(found.rowsCopied ? { rowsCopied: true } : {}),
    ...(found.rowVersion ? { rowVersion: true } : {}),
  };
}

/** Names what differs; undefined: they agree. Which words a failure has isn't compared. */
export function difference(ours: OnlineMeasured, measured: OnlineMeasured): string | undefined {
  const shown = (one: OnlineMeasured): string =>
    one.fails ??
    (["algorithm", "lock", "rebuild", "rowsCopied", "rowVersion"] as const)
      .flatMap((part) => (one[part] === undefined ? [] : one[part] === true ? part : String(one[part])))
      .join(" ");
  const isSame =
    ours.fails === undefined && measured.fails === undefined
      ? shown(ours) === shown(measured)
      : (ours.fails === undefined) === (measured.fails === undefined);
  return isSame ? undefined : `${shown(ours)} / measured: ${shown(measured)}`;
}

/** Cases that don't agree, or `id@server`, with the reason. */
export const notYet = (): Readonly<Record<string, string>> =>
  JSON.parse(read("not-yet.json")) as Record<string, string>;
