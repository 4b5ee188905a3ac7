/** Histories on a PostgreSQL server. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import type { ReplayedMigration } from "../../src/replay/replayed-migration.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { catalogue, describe, forget } from "../../src/verify/postgres/catalogue.ts";
import { startServer, type Server } from "../measure/servers.ts";
import { tryAdvice } from "./advice.ts";
import { copyOn } from "./advice-on-postgres.ts";
import { lockDifferences } from "./compare.ts";
import { inDatabase, type Copies } from "./copy.ts";
import type { Lab, Labs, Rollback } from "./lab.ts";
import { packages, platforms } from "./platforms.ts";
import type { ServerError } from "../../src/verify/connection.ts";
import { schemaDifferences } from "../../src/verify/postgres/schema-differences.ts";
import type { Run } from "../../src/verify/run.ts";
import { Player } from "./play.ts";
import { rollbackDifference, stateOf, undoneBy } from "./rollback.ts";
import { tryWaysBack } from "./way-back.ts";

/** @param bin folder with its programs; default: those of its npm package */
export async function startPostgres(version: number, bin: string | undefined): Promise<Labs> {
  const server = await startServer(version, bin);
  return {
    title: `PostgreSQL ${version}`,
    database: "postgres",
    version: String(version),
    open: () => PostgresLab.open(server, bin),
    stop: () => server.stop(),
  };
}

let databases = 0;

class PostgresLab implements Lab {
  readonly #server: Server;
  readonly #bin: string | undefined;
  readonly #database: string;
  readonly #player: Player;
  #observer: Client;
  readonly #admin: Client;
  readonly #made = new Set<string>();

  private constructor(
    server: Server,
    bin: string | undefined,
    database: string,
    player: Player,
    observer: Client,
    admin: Client,
  ) {
    this.#server = server;
    this.#bin = bin;
    this.#database = database;
    this.#player = player;
    this.#observer = observer;
    this.#admin = admin;
  }

  static async open(server: Server, bin: string | undefined): Promise<Lab> {
    const admin = await server.connect("postgres");
    const database = `truth_${++databases}`;
    await admin.query(`CREATE DATABASE ${database}`);
    // In UTC the server takes `timestamp` for `timestamptz`, and rewrites nothing.
    await admin.query(`ALTER DATABASE ${database} SET timezone = 'Asia/Kolkata'`);
    const player = await Player.open(server, database);
    return new PostgresLab(server, bin, database, player, await observe(server, database), admin);
  }

  play(...of: Parameters<Lab["play"]>): Promise<readonly Run[]> {
    return this.#player.play(...of);
  }

  async prepare(tool: string): Promise<void> {
    const platform = platforms[tool];
    if (platform === undefined) return;
    await this.#observer.query(platform);
    // Of the whole database, and of sessions that begin after it.
    if (tool === "supabase")
      await this.#observer.query(
        `ALTER DATABASE ${this.#database} SET search_path = "$user", public, extensions`,
      );
    await this.#player.away(() => Promise.resolve());
  }

  async makeSchema(name: string): Promise<void> {
    await this.#observer.query(`CREATE SCHEMA IF NOT EXISTS "${name}"`);
  }

  /** Roles, schemas, contributed extensions and tables of packages that an administrator or the application makes before. */
  async supply({ code, message }: ServerError): Promise<boolean> {
    const role = code === "42704" ? /^role "(.*)" does not exist$/.exec(message)?.[1] : undefined;
    const schema = code === "3F000" ? /^schema "(.*)" does not exist$/.exec(message)?.[1] : undefined;
    const extension = extensionBehind(message);
    const table = code === "42P01" ? /^relation "(\w+)" does not exist$/.exec(message)?.[1] : undefined;
    const packaged = packages[table ?? ""];
    if (table !== undefined && packaged !== undefined && !this.#made.has(table)) {
      this.#made.add(table);
      await this.#observer.query(`CREATE TABLE public.${table} (${packaged})`);
      return true;
    }
    const [what, name] =
      role !== undefined
        ? (["ROLE", role] as const)
        : schema !== undefined
          ? (["SCHEMA", schema] as const)
          : (["EXTENSION", extension] as const);
    if (name === undefined || this.#made.has(`${what} ${name}`)) return false;
    this.#made.add(`${what} ${name}`);
    const client = what === "ROLE" ? this.#admin : this.#observer;
    const where = what === "EXTENSION" ? " SCHEMA public" : "";
    return client.query(`CREATE ${what} "${name.replaceAll('"', '""')}"${where}`).then(
      () => true,
      () => false,
    );
  }

  lacks(error: ServerError, tracking: readonly string[]): string | undefined {
    const schema = /"(\w+)\.\w+" does not exist/.exec(error.message)?.[1] ?? "";
    return this.#made.has(`SCHEMA ${schema}`)
      ? `what somebody else makes in the schema ${schema} isn't there`
      : isOfSurroundings(error, tracking);
  }

  costDifferences = lockDifferences;

  async schemaDifferences(schema: Schema): ReturnType<Lab["schemaDifferences"]> {
    const { rows } = await this.#observer.query(catalogue);
    const ours = describe(schema).filter((line) => !isTemporary(line));
    const servers = forget(
      rows.map(({ line }) => String(line)).filter((line) => !isTemporary(line)),
      schema,
      ours,
    );
    return schemaDifferences(schema, ours, servers);
  }

  state(): Promise<readonly string[]> {
    return stateOf(this.#observer);
  }

  rollback(scope: ReplayedMigration, before: readonly string[]): Promise<Rollback | undefined> {
    return rollbackDifference(undoneBy(this.#player), scope, before);
  }

  advise(...of: Parameters<Lab["advise"]>): ReturnType<Lab["advise"]> {
    return this.#inCopies((copies) =>
      tryAdvice((work) => inDatabase(copies, (client) => work(copyOn(client))), ...of),
    );
  }

  waysBack(...of: Parameters<Lab["waysBack"]>): ReturnType<Lab["waysBack"]> {
    return this.#inCopies((copies) => tryWaysBack(copies, ...of));
  }

  /** Nobody may be connected to what is copied. */
  async #inCopies<T>(work: (copies: Copies) => Promise<readonly T[]>): Promise<readonly T[]> {
    const found: T[] = [];
    await this.#observer.end();
    const copies = { server: this.#server, admin: this.#admin, database: this.#database };
    await this.#player.away(async () => {
      found.push(...(await work(copies)));
    });
    this.#observer = await observe(this.#server, this.#database);
    return found;
  }

  send(sql: string): Promise<ServerError | undefined> {
    return this.#player.send(sql);
  }

  async objects(): Promise<readonly string[]> {
    return (await this.state()).filter((line) => !isTemporary(line));
  }

  dump(): string | undefined {
    const program = join(this.#bin ?? "", "pg_dump");
    if (this.#bin === undefined || !existsSync(program)) return undefined;
    const args = ["--schema-only", "--dbname", this.#server.url(this.#database)];
    return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  }

  async close(): Promise<void> {
    await this.#player.close().catch(() => undefined);
    await this.#observer.end();
    await this.#admin.query(`DROP DATABASE ${this.#database} WITH (FORCE)`);
    await dropRoles(this.#admin);
    await this.#admin.end();
  }
}

/** Of a session. */
const isTemporary = (line: string): boolean => /(?:^| )pg_temp\w*\./.test(line);

async function observe(server: Server, database: string): Promise<Client> {
  const client = await server.connect(database);
  // Names in types are printed in full.
  await client.query("SET search_path = ''");
  return client;
}

/** Roles belong to no database. */
async function dropRoles(admin: Client): Promise<void> {
  const { rows } = await admin.query(
    "SELECT quote_ident(rolname) AS name FROM pg_roles WHERE rolname !~ '^(pg|lab)_' AND rolname <> current_user",
  );
  for (const { name } of rows) await admin.query(`DROP ROLE ${String(name)}`).catch(() => undefined);
}

/** The extension that a type, function or operator class is part of that isn't there; undefined: none that is common. */
function extensionBehind(message: string): string | undefined {
  const [, name = ""] =
    /^(?:type|operator class) "?(?:\w+\.)?(\w+)"? does not exist/.exec(message) ??
    /^function (?:\w+\.)?(\w+)\(.*\) does not exist$/.exec(message) ??
    [];
  return partOf.find(([part]) => part.test(name))?.[1];
}

const partOf: readonly (readonly [name: RegExp, extension: string])[] = [
  [/^(?:geography|geometry|st_\w+)$/, "postgis"],
  [/^hstore$/, "hstore"],
  [/^citext$/, "citext"],
  [/^ltree$/, "ltree"],
  [/^(?:half|sparse)?vec(?:tor)?(?:_\w+_ops)?$/, "vector"],
  [/^(?:gin|gist)_trgm_ops$|^similarity$/, "pg_trgm"],
  [/^uuid_generate_v\w+$/, "uuid-ossp"],
  [/^(?:gen_random_bytes|digest|crypt|gen_salt)$/, "pgcrypto"],
];

/** What this server or its surroundings lack, in words; undefined: the migration itself fails. */
function isOfSurroundings({ code, message }: ServerError, tracking: readonly string[]): string | undefined {
  const extension =
    /extension "(.*)" is not available/.exec(message)?.[1] ??
    /could not open extension control file ".*\/(.*)\.control"/.exec(message)?.[1];
  if (extension !== undefined) return `the extension ${extension} isn't there`;
  const missing = extensionBehind(message);
  if (missing !== undefined) return `the extension ${missing} isn't there`;
  const library = /could not access file "(.*)"/.exec(message)?.[1];
  if (library !== undefined) return `the library ${library} isn't there`;
  const relation =
    code === "42P01" ? /relation "(?:\w+\.)?(.*)" does not exist/.exec(message)?.[1] : undefined;
  if (relation !== undefined && tracking.some((name) => name.endsWith(relation)))
    return `the tool's own table ${relation} isn't there`;
  return undefined;
}
