/** A MariaDB of Debian's packages, as an unprivileged user, with data and socket in a temporary folder. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMariaDb } from "./binaries.ts";
import { openSession, type Session } from "./session.ts";

export interface MariaDb {
  /** As the server says it: `10.11.19-MariaDB`. */
  readonly version: string;
  /** For drivers. */
  readonly url: string;
  /** Runs a script in a session of its own and goes on after errors; what it printed, errors in their places. */
  run(script: string): string;
  /** What `mariadb-dump --no-data` writes of a database; undefined: the program isn't here. */
  dump(database: string): string | undefined;
  /** `mariadb-dump --all-databases`, without what the server counts for itself. */
  dumpAll(): string | undefined;
  /** A session that stays open. */
  session(): Session;
  stop(): Promise<void>;
}

/** The server refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const flags = [
  "--skip-networking",
  "--skip-log-bin",
  "--character-set-server=utf8mb4",
  "--innodb-buffer-pool-size=64M",
  "--innodb-log-file-size=16M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
];

const everything = [
  "--all-databases",
  "--routines",
  "--events",
  "--triggers",
  "--skip-dump-date",
  "--ignore-table=mysql.innodb_index_stats",
  "--ignore-table=mysql.innodb_table_stats",
];

/** @throws Error where there is none, or it doesn't start */
export async function startMariaDb(): Promise<MariaDb> {
  const found = findMariaDb();
  if (found === undefined) throw new Error("there is no mariadbd here: apt-get install mariadb-server-core");
  const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "ddlint-mariadb-"));
  if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const socket = join(home, "socket");
  const options = { ...nobody, cwd: home, env: found.env, stdio: "ignore" as const };
  let server: ChildProcess | undefined;
  const remove = (): void => {
    server?.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  };
  const leave = (): void => {
    remove();
    process.exit(1);
  };
  // Also when a test runner gives up before `stop`.
  process.once("exit", remove);
  for (const signal of signals) process.once(signal, leave);
  const forget = (): void => {
    process.removeListener("exit", remove);
    for (const signal of signals) process.removeListener(signal, leave);
    remove();
  };
  try {
    execFileSync(
      found.install,
      [
        "--no-defaults",
        ...found.options,
        `--datadir=${data}`,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
      ],
      options,
    );
    const own = [`--tmpdir=${home}`, `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${home}/pid`];
    server = spawn(found.server, ["--no-defaults", ...found.options, ...own, ...flags], options);
    const client = [
      "--no-defaults",
      `--socket=${socket}`,
      "--user=root",
      "--unbuffered",
      "--batch",
      "--force",
    ];
    // Errors stand in their places only where both streams are one.
    const shell = ["-c", 'exec "$@" 2>&1', "sh", found.client, ...client];
    const run = (script: string): string =>
      spawnSync("sh", shell, { input: script, env: found.env, encoding: "utf8", maxBuffer: 1 << 26 }).stdout;
    const dump = (...args: readonly string[]): string | undefined =>
      found.dump &&
      execFileSync(found.dump, ["--no-defaults", `--socket=${socket}`, "--user=root", ...args], {
        env: found.env,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
    await ready(run, server);
    const version = /\d+\.\d+\.\d+-MariaDB/.exec(run("SELECT VERSION();"))?.[0] ?? "unknown";
    return {
      version,
      url: `mysql://root@localhost/?socketPath=${socket}`,
      run,
      dump: (database) => dump("--no-data", "--routines", database),
      dumpAll: () => dump(...everything),
      session: () => openSession(shell, found.env),
      stop: async () => {
        const stopped = new Promise((resolve) => server?.once("exit", resolve));
        server?.kill("SIGKILL");
        await stopped;
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

async function ready(run: (script: string) => string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) break;
    if (/^up$/m.test(run("SELECT 'up';"))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the server doesn't start");
}
