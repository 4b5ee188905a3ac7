/** A PostgreSQL of the system's packages with its client programs, in a temporary folder, if one is here. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const packages = "/usr/lib/postgresql";

/** The folder with the programs of the newest release. */
export function findPostgres(): string | undefined {
  const found = existsSync(packages) ? readdirSync(packages).sort((a, b) => Number(b) - Number(a)) : [];
  return found.map((one) => join(packages, one, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

export interface PostgresServer {
  /** For drivers. */
  readonly url: string;
  /** Runs a script with psql until its first error; what it prints, without heads. */
  psql(database: string, script: string): string;
  /** `pg_dump --schema-only` */
  dump(database: string): string;
  /** `pg_dumpall`: all databases with their rows, roles, tablespaces and settings. */
  dumpAll(): string;
  stop(): void;
}

/** The server refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export async function startPostgres(bin: string): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), "ddlint-postgres-"));
  if (nobody.uid !== undefined) chownSync(home, nobody.uid, nobody.gid);
  const data = join(home, "data");
  const inHome = { ...nobody, cwd: home };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
    {
      ...inHome,
      stdio: "ignore",
    },
  );
  const settings = [
    "fsync=off",
    "listen_addresses=",
    `unix_socket_directories=${home}`,
    "full_page_writes=off",
  ];
  const flags = settings.flatMap((one) => ["-c", one]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...flags], { ...inHome, stdio: "ignore" });
  const common = ["-h", home, "-U", "postgres"];
  const psql = (database: string, script: string): string =>
    execFileSync(join(bin, "psql"), [...common, "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"], {
      input: script,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  for (let attempt = 0; ; attempt++) {
    await new Promise((done) => setTimeout(done, 100));
    try {
      psql("postgres", "SELECT 1;");
      break;
    } catch (error) {
      if (attempt > 100) throw error;
    }
  }
  return {
    url: `postgres://postgres@/postgres?host=${home}`,
    psql,
    dump: (database) =>
      execFileSync(join(bin, "pg_dump"), [...common, "--schema-only", database], { encoding: "utf8" }),
    dumpAll: () =>
      // Keys of psql's own, made anew each time.
      execFileSync(join(bin, "pg_dumpall"), common, { encoding: "utf8" }).replaceAll(
        /^\\(?:un)?restrict .*$/gm,
        "",
      ),
    stop() {
      server.kill("SIGINT");
      server.once("exit", () => {
        rmSync(home, { recursive: true, force: true });
      });
    },
  };
}
