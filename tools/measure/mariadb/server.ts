/** A MariaDB of Debian's `mariadb-server`, as an unprivileged user, with data and socket in a temporary folder. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface MariaDb {
  /** As the server says it: `10.11.19-MariaDB`. */
  readonly version: string;
  /** Runs a script in one session and goes on after errors; what it printed, errors in their places. */
  run(script: string): string;
  stop(): Promise<void>;
}

/** The server refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

const flags = [
  "--skip-networking",
  "--skip-log-bin",
  "--character-set-server=utf8mb4",
  "--innodb-buffer-pool-size=64M",
  "--innodb-log-file-size=16M",
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
];

export async function startMariaDb(): Promise<MariaDb> {
  const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "measure-mariadb-"));
  if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const socket = join(home, "socket");
  const options = { ...nobody, cwd: home, stdio: "ignore" as const };
  execFileSync(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    options,
  );
  const server = spawn(
    "mariadbd",
    ["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${home}/pid`, ...flags],
    options,
  );
  const run = (script: string): string => {
    const client = `exec mariadb --no-defaults --socket=${socket} --user=root --unbuffered --batch --force 2>&1`;
    const done = spawnSync("sh", ["-c", client], { input: script, encoding: "utf8", maxBuffer: 1 << 26 });
    return done.stdout;
  };
  const stop = async (): Promise<void> => {
    const stopped = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await stopped;
    rmSync(home, { recursive: true, force: true });
  };
  await ready(run, server);
  const version = /\d+\.\d+\.\d+-MariaDB/.exec(run("SELECT VERSION();"))?.[0] ?? "unknown";
  return { version, run, stop };
}

async function ready(run: (script: string) => string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) break;
    if (/^up$/m.test(run("SELECT 'up';"))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the server doesn't start");
}
