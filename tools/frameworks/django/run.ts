/** Records what Django sends for the apps of `fixtures/frameworks/django`, on a PostgreSQL and a MariaDB of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { account, startMariaDb } from "../../runners/mariadb/server.ts";
import { startServer } from "../../runners/server.ts";

const root = join(import.meta.dirname, "../../..");
const home = join(root, "fixtures/frameworks/django");

/** Releases with what their migrations may use. */
const releases = [
  { version: "4.2", apps: ["catalog", "accounts"] },
  { version: "5.2", apps: ["catalog", "accounts", "modern"] },
] as const;

function run(program: string, args: readonly string[]): string {
  // Django alters the relations of a renamed model in the order of a set.
  const env = { ...process.env, PYTHONHASHSEED: "0", PYTHONWARNINGS: "ignore", PYTHONDONTWRITEBYTECODE: "1" };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    env,
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** A virtual environment with one release of Django, made once. */
export function djangoPython(version: string): string {
  const folder = join(tmpdir(), `ddlint-frameworks-django-${version}`);
  const program = join(folder, "bin/python");
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    run("python3", ["-m", "venv", folder]);
  }
  const packages = [`django==${version}.*`, "psycopg2-binary", "pymysql"];
  run(program, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
  return program;
}

interface Recorded {
  readonly django: string;
  readonly migrations: readonly { readonly app: string }[];
}

/** True if all files are what Django sends; with `check`, they stay as they are. */
export async function recordDjango(check: boolean): Promise<boolean> {
  const postgres = await startServer();
  const mariadb = await startMariaDb();
  const places = [
    { name: "postgres", server: postgres, url: `postgres://postgres@`, more: ["search"] },
    { name: "mariadb", server: mariadb, url: `mysql://${account.user}:${account.password}@`, more: [] },
  ] as const;
  let isSame = true;
  try {
    for (const { version, apps } of releases)
      for (const { name, server, url, more } of places) {
        const { host, port, database } = server.address;
        server.reset();
        const address = `${url}${host}:${port}/${database}`;
        const record = join(import.meta.dirname, "record.py");
        const all = JSON.parse(
          run(djangoPython(version), [record, home, address, ...apps, ...more]),
        ) as Recorded;
        const own: readonly string[] = [...apps, ...more];
        const migrations = all.migrations.filter(({ app }) => own.includes(app));
        const file = join(home, `recorded/${name}-${version}.json`);
        const text = `${JSON.stringify({ ...all, migrations }, undefined, 2)}\n`;
        // Times differ from run to run, and releases from day to day.
        const plain = (one: string): string =>
          one.replace(/'20\d\d-\d\d-\d\d[T ][\d:.+]+'/g, "'<now>'").replace(/"django": "[\d.]+"/, "");
        const before = existsSync(file) ? readFileSync(file, "utf8") : "{}";
        if (plain(JSON.stringify(JSON.parse(before))) === plain(JSON.stringify(JSON.parse(text)))) continue;
        isSame = false;
        if (!check) writeFileSync(file, text);
        process.stderr.write(`${file} ${check ? "isn't what Django sends" : "is written anew"}\n`);
      }
  } finally {
    await postgres.stop();
    await mariadb.stop();
  }
  return isSame;
}
