/** Real servers, 13 to 18: each started from its npm package as an unprivileged user, with data of its own in a temporary folder. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, chownSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Client } from "pg";

export interface Server {
  readonly version: number;
  connect(database: string): Promise<Client>;
  /** For drivers. */
  url(database: string): string;
  /** Makes roles and tablespaces again that a case has dropped. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

const settings: Readonly<Record<string, string>> = {
  autovacuum: "off",
  fsync: "off",
  full_page_writes: "off",
  listen_addresses: "",
  max_connections: "120",
  max_parallel_maintenance_workers: "0",
  max_parallel_workers_per_gather: "0",
  shared_buffers: "64MB",
  synchronous_commit: "off",
  timezone: "UTC",
};

/** The package leaves its symbolic links as a list. */
function makeLinks(folder: string): void {
  const list = join(folder, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

/** The programs of the npm package of a version. */
function packaged(version: number): string {
  const folder = join(import.meta.dirname, `node_modules/postgres-${version}`);
  if (!existsSync(folder))
    throw new Error(`PostgreSQL ${version} isn't installed: npm run measure installs it`);
  makeLinks(folder);
  return join(folder, "native/bin");
}

/** @param bin folder with `initdb` and `postgres` of that version; default: those of its npm package */
export async function startServer(version: number, bin = packaged(version)): Promise<Server> {
  const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), `measure-${version}-`));
  if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const options = { ...nobody, cwd: home, stdio: "ignore" as const };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
    options,
  );
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(bin, "postgres"), ["-D", data, "-k", home, "-p", "5432", ...flags], options);
  const connect = async (database: string): Promise<Client> => {
    const client = new Client({ host: home, port: 5432, user: "postgres", database });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  await ready(connect, server);
  await makeGlobals(connect, home);
  return {
    version,
    connect,
    url: (database) => `postgres://postgres@/${database}?host=${home}`,
    restore: () => makeGlobals(connect, home),
    stop: async () => {
      const stopped = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await stopped;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What belongs to no database: made at the start, and again after a case that dropped it. */
async function makeGlobals(connect: (database: string) => Promise<Client>, home: string): Promise<void> {
  const admin = await connect("postgres");
  const isThere = async (query: string): Promise<boolean> => (await admin.query(query)).rows.length > 0;
  for (const role of ["lab_app", "lab_owner"])
    if (!(await isThere(`SELECT FROM pg_roles WHERE rolname = '${role}'`)))
      await admin.query(`CREATE ROLE ${role}`);
  if (!(await isThere("SELECT FROM pg_tablespace WHERE spcname = 'lab_space'"))) {
    const tablespace = mkdtempSync(join(home, "space-"));
    if (nobody !== undefined) chownSync(tablespace, nobody.uid, nobody.gid);
    await admin.query(`CREATE TABLESPACE lab_space LOCATION '${tablespace}'`);
  }
  await admin.end();
}

async function ready(connect: (database: string) => Promise<Client>, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) break;
    try {
      const client = await connect("postgres");
      await client.end();
      return;
    } catch {
      // Not listening yet.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("the server doesn't start");
}
