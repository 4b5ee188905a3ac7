/** One real server on a free port, with its log as data, and a fresh database for each probe. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export interface LogEntry {
  readonly dbname?: string;
  readonly pid: number;
  readonly application_name?: string;
  readonly error_severity: string;
  readonly state_code?: string;
  readonly message: string;
}

export interface Server {
  readonly version: string;
  readonly address: Address;
  /** Makes the database anew. */
  reset(): void;
  query(sql: string): string;
  /** What the server logged since the last call, without what `query` asked. */
  log(): Promise<readonly LogEntry[]>;
  stop(): Promise<void>;
}

const ours = "runners";
const database = "probe";
/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

const settings: Readonly<Record<string, string>> = {
  fsync: "off",
  full_page_writes: "off",
  listen_addresses: "127.0.0.1",
  log_destination: "jsonlog",
  log_directory: "log",
  log_filename: "server.log",
  log_min_messages: "warning",
  log_rotation_age: "0",
  log_rotation_size: "0",
  log_statement: "all",
  logging_collector: "on",
  synchronous_commit: "off",
  timezone: "UTC",
};

const schema = `
CREATE TABLE seen (
  label text,
  transaction xid8 DEFAULT pg_current_xact_id(),
  session int DEFAULT pg_backend_pid(),
  lock_timeout text DEFAULT current_setting('lock_timeout'),
  place bigserial
);
CREATE TABLE t (a int);
`;

/** The newest server of the machine, or `$PG_BIN`. */
function binaries(): string {
  const given = process.env["PG_BIN"];
  if (given !== undefined) return given;
  const root = "/usr/lib/postgresql";
  const version = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined)
    throw new Error("no PostgreSQL server is installed: set PG_BIN to its bin folder");
  return join(root, version, "bin");
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export async function startServer(): Promise<Server> {
  const bin = binaries();
  const home = mkdtempSync(join(tmpdir(), "runners-server-"));
  if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const options = { ...nobody, cwd: home, stdio: "ignore" as const };
  const flags = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"];
  execFileSync(join(bin, "initdb"), ["-D", data, ...flags], options);
  const port = await freePort();
  const configured = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-k", home, "-p", `${port}`, ...configured],
    options,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      server.kill("SIGQUIT");
      process.exit(1);
    });
  const psql = (to: string, sql: string): string =>
    execFileSync(
      join(bin, "psql"),
      [
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        "127.0.0.1",
        "-p",
        `${port}`,
        "-U",
        "postgres",
        "-d",
        to,
      ],
      { input: sql, encoding: "utf8", env: { ...process.env, PGAPPNAME: ours }, stdio: "pipe" },
    ).trim();
  for (let attempt = 0; ; attempt++) {
    try {
      psql("postgres", "SELECT 1");
      break;
    } catch (error) {
      if (attempt > 100 || server.exitCode !== null) throw error;
      await sleep(100);
    }
  }
  psql("postgres", "CREATE DATABASE probe_template");
  psql("probe_template", schema);
  let read = 0;
  let marks = 0;
  const log = async (): Promise<readonly LogEntry[]> => {
    // The collector is a process of its own: what was logged before a mark is there with the mark.
    const mark = `mark ${++marks}`;
    psql("postgres", `SELECT '${mark}'`);
    for (;;) {
      const text = readFileSync(join(data, "log/server.json"), "utf8").slice(read);
      const end = text.indexOf("\n", text.indexOf(`'${mark}'`)) + 1;
      if (!text.includes(`'${mark}'`) || end === 0) {
        await sleep(20);
        continue;
      }
      read += end;
      return text
        .slice(0, end - 1)
        .split("\n")
        .map((line) => JSON.parse(line) as LogEntry)
        .filter((entry) => entry.dbname === database && entry.application_name !== ours);
    }
  };
  return {
    version: psql("postgres", "SHOW server_version").replace(/ .*/, ""),
    address: { host: "127.0.0.1", port, database },
    reset: () => {
      psql("postgres", `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      psql("postgres", `CREATE DATABASE ${database} TEMPLATE probe_template`);
    },
    query: (sql) => psql(database, sql),
    log,
    stop: async () => {
      const stopped = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await stopped;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
