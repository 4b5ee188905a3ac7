/**
 * Databases on a user's server that ddlint made for itself: named and marked, so that a later run can drop what a killed one
 * has left, and nothing else.
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { UserError } from "../config/user-error.ts";
import type { PerSqlFamily } from "../model/dialect.ts";
import { connect } from "./connect.ts";
import type { Connection } from "./connection.ts";
import { withDatabase, type ServerAddress } from "./server-address.ts";

/** The process that made it, and something that no other has. */
const named = /^ddlint_verify_(\d+)_[0-9a-f]{12}$/;

/** After this time a process on another machine counts as gone, where nobody is connected. */
const staleAfter = 6 * 3_600_000;

interface Mark {
  readonly host: string;
  readonly process: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How servers of a family mark and list databases. */
interface Marking {
  /** Names with their marks; null: none; those in which somebody is connected are left out. */
  readonly list: (session: Connection) => Promise<readonly (readonly [name: string, mark: string | null])[]>;
  readonly create: (session: Connection, name: string, mark: string) => Promise<void>;
  readonly drop: (session: Connection, name: string) => Promise<void>;
  /** Without objects of users: its maker was killed before it could mark it. */
  readonly isEmpty: (address: ServerAddress, name: string) => Promise<boolean>;
}

/** The table that marks a database of MySQL, which has no comments. */
export const markTable = "ddlint_verify_mark";

const markings: PerSqlFamily<Marking> = {
  postgres: {
    async list(session) {
      const rows = await session.query(
        `SELECT datname AS name, shobj_description(oid, 'pg_database') AS mark FROM pg_database d
         WHERE datname ~ '^ddlint_verify_' AND pg_has_role(current_user, datdba, 'USAGE')
           AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
      );
      return rows.map(({ name, mark }) => [name ?? "", mark ?? null]);
    },
    async create(session, name, mark) {
      await session.exec(`CREATE DATABASE ${name}`);
      await session.exec(`COMMENT ON DATABASE ${name} IS '${mark}'`);
    },
    drop: (session, name) => session.exec(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
    async isEmpty(address, name) {
      const session = await connect(withDatabase(address, name));
      try {
        const rows = await session.query("SELECT FROM pg_class WHERE oid >= 16384 LIMIT 1");
        return rows.length === 0;
      } finally {
        await session.close();
      }
    },
  },
  mysql: {
    async list(session) {
      const used = new Set((await session.query("SHOW PROCESSLIST")).map((row) => row["db"] ?? row["DB"]));
      const found = (await session.query("SHOW DATABASES LIKE 'ddlint\\_verify\\_%'")).flatMap((row) =>
        Object.values(row).filter((name) => name !== null),
      );
      const marked: (readonly [string, string | null])[] = [];
      for (const name of found) {
        if (used.has(name) || !named.test(name)) continue;
        const { error, sets } = await session.send(`SELECT mark FROM ${name}.${markTable}`);
        marked.push([name, error === undefined ? (sets[0]?.[0]?.["mark"] ?? null) : null]);
      }
      return marked;
    },
    async create(session, name, mark) {
      await session.exec(`CREATE DATABASE ${name}`);
      await session.exec(`CREATE TABLE ${name}.${markTable} AS SELECT '${mark}' AS mark`);
    },
    drop: (session, name) => session.exec(`DROP DATABASE IF EXISTS ${name}`),
    async isEmpty(address, name) {
      const session = await connect(withDatabase(address, name));
      try {
        return (await session.query("SHOW FULL TABLES")).length === 0;
      } finally {
        await session.close();
      }
    },
  },
};

/** Letters that need no quotes anywhere. */
const markOf = ({ host, process: id, at }: Mark): string =>
  `ddlint verify, host ${host}, process ${id}, at ${at}`;

const here = hostname().replace(/[^\w.-]/g, "_");

function readMark(text: string | null): Mark | undefined {
  const [, host, id, at] = /^ddlint verify, host ([\w.-]*), process (\d+), at (\d+)$/.exec(text ?? "") ?? [];
  return host === undefined ? undefined : { host, process: Number(id), at: Number(at) };
}

const isGone = ({ host, process: id, at }: Mark): boolean =>
  host === here ? !isRunning(id) : Date.now() - at > staleAfter;

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Drops what killed runs have left: databases of this name and mark that nobody uses. Returns their names. */
export async function dropLeftOvers(session: Connection, address: ServerAddress): Promise<readonly string[]> {
  const marking = markings[address.family];
  const dropped: string[] = [];
  for (const [name, text] of await marking.list(session)) {
    const [, maker] = named.exec(name) ?? [];
    if (maker === undefined) continue;
    const mark = readMark(text);
    const isOurs =
      mark === undefined
        ? text === null &&
          !isRunning(Number(maker)) &&
          (await marking.isEmpty(address, name).catch(() => false))
        : mark.process === Number(maker) && isGone(mark);
    if (!isOurs) continue;
    await marking.drop(session, name).then(
      () => dropped.push(name),
      () => undefined,
    );
  }
  return dropped;
}

/** @throws UserError where the server doesn't allow it */
export async function makeDatabase(session: Connection, { family, shown }: ServerAddress): Promise<string> {
  const name = `ddlint_verify_${process.pid}_${randomBytes(6).toString("hex")}`;
  const mark = markOf({ host: here, process: process.pid, at: Date.now() });
  try {
    await markings[family].create(session, name, mark);
  } catch (error) {
    await markings[family].drop(session, name).catch(() => undefined);
    if (error instanceof UserError) throw error;
    throw new UserError(
      `can't make a database on ${shown}: ${error instanceof Error ? error.message : String(error)}`,
      { hint: grants[family] },
    );
  }
  return name;
}

const grants: PerSqlFamily<string> = {
  postgres: "the role needs CREATEDB",
  mysql: "grant the user all on `ddlint\\_verify\\_%`.*",
};

export const dropDatabase = (session: Connection, { family }: ServerAddress, name: string): Promise<void> =>
  markings[family].drop(session, name);
