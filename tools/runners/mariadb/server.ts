/** A MariaDB of Debian's `mariadb-server` on a free port, with its log as data, and a fresh database for each probe. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../server.ts";

export interface Sent {
  readonly session: string;
  readonly sql: string;
}

export interface Server {
  readonly version: string;
  readonly address: Address;
  /** Makes the database anew. */
  reset(): void;
  query(sql: string): string;
  /** What clients sent since the last `reset` or call. */
  log(): readonly Sent[];
  stop(): Promise<void>;
}

const database = "probe";
const password = "probe";
/** The server refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

const flags = [
  "--bind-address=127.0.0.1",
  "--skip-log-bin",
  "--log-output=TABLE",
  "--innodb-buffer-pool-size=64M",
  "--innodb-log-file-size=16M",
  "--innodb-flush-log-at-trx-commit=0",
];

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export async function startMariaDb(): Promise<Server> {
  const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "runners-mariadb-"));
  if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const socket = join(home, "socket");
  const options = { ...nobody, cwd: home, stdio: "ignore" as const };
  execFileSync(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    options,
  );
  const port = await freePort();
  const places = [`--datadir=${data}`, `--socket=${socket}`, `--pid-file=${home}/pid`, `--port=${port}`];
  const server = spawn("mariadbd", ["--no-defaults", ...places, ...flags], options);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      server.kill("SIGKILL");
      process.exit(1);
    });
  const query = (sql: string): string =>
    execFileSync(
      "mariadb",
      ["--no-defaults", `--socket=${socket}`, "--user=root", "--batch", "--skip-column-names", "--raw"],
      { input: sql, encoding: "utf8", stdio: "pipe" },
    ).trim();
  for (let attempt = 0; ; attempt++) {
    try {
      query("SELECT 1");
      break;
    } catch (error) {
      if (attempt > 200 || server.exitCode !== null) throw error;
      await sleep(100);
    }
  }
  query(
    `CREATE USER probe@localhost IDENTIFIED BY '${password}'; GRANT ALL ON ${database}.* TO probe@localhost`,
  );
  const clear = "SET GLOBAL general_log = 0; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1;";
  return {
    version: query("SELECT VERSION()").replace(/-.*/, ""),
    address: { host: "127.0.0.1", port, database },
    reset: () => {
      query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database};
        CREATE TABLE ${database}.seen (place int AUTO_INCREMENT PRIMARY KEY, label varchar(20)); ${clear}`);
    },
    query: (sql) => query(`USE ${database}; ${sql}`),
    log: () => {
      const rows =
        query(`SELECT JSON_OBJECT('session', thread_id, 'sql', CAST(argument AS char)) FROM mysql.general_log
        WHERE command_type IN ('Query', 'Execute') AND user_host LIKE 'probe%'; ${clear}`);
      return rows === "" ? [] : rows.split("\n").map((row) => JSON.parse(row) as Sent);
    },
    stop: async () => {
      const stopped = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await stopped;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Of the account of the probes. */
export const account = { user: "probe", password };
