/** Which server a program of Python that Alembic migrates connects to, by addresses and variables in its own modules. */
import type { Database } from "../../model/dialect.ts";
import { dialectWord } from "../../model/database-words.ts";
import { bySurroundings, type Found } from "./dialect-surroundings.ts";
import { notMigrations, skipped } from "../left-out/folder-names.ts";
import { packageRootOf } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";

/** What people call the module that connects, or holds the settings; in a folder called so, any. */
const named =
  /^_{0,2}(?:[a-z]{1,20}_)?(?:alembic|app|application|base|conf(?:ig(?:uration)?)?|connections?|constants?|core|create_app|databases?|db|dependencies|deps|engine|env|extensions|init|main|models?|orm|run|server|sessions?|settings|sql(?:alchemy)?|storage|wsgi)(?:_[a-z]{1,20})?_{0,2}\.py$/i;
const folderOfThem = /^(?:alembic|conf(?:ig)?s?|core|databases?|db|migrations|settings|storage)$/i;
const environment = /^\.(?:env|flaskenv)(?:\.[\w.]{1,30})?$/;
/** Those of tests and of tools that nobody deploys. */
const others = /^(?:tests?|docs?|examples?|scripts|tools|benchmarks?|notebooks|versions)$|^\./i;
const mostFiles = 200;
const deepest = 4;
const longest = 65_536;

/** `"mysql+pymysql://…"`, `f"mysql+pymysql://{…}"`, `"sqlite:///" + path`; not `sqlite://` in memory, which tests use. */
const address =
  /(?<![\w+])(postgres(?:ql)?|mysql|mariadb|sqlite)(?:\+\w{1,20})?:\/\/(?!["']|\/?:memory:|\/?(?:file:)?[^"'\n]{0,40}mode=memory)/g;
/** `URL.create(drivername="mysql+pymysql", …)`, `PostgresDsn.build(scheme="postgresql+asyncpg", …)` */
const parts =
  /\b(?:drivername|scheme)\s*=\s*["'](postgres(?:ql)?|mysql|mariadb|sqlite)(?:\+\w{1,20})?["']|\bURL(?:\.create)?\(\s*["'](postgres(?:ql)?|mysql|mariadb|sqlite)(?:\+\w{1,20})?["']/g;
/** `MYSQL_HOST`, `POSTGRES_USER`: what an image of that server is called with, too. */
const variable =
  /(?<![A-Z0-9])(MYSQL|MARIADB|POSTGRES(?:QL)?)_(?:DATABASE|DB|HOST|NAME|PASSWORD|PORT|SERVER|USER(?:NAME)?)(?![A-Z0-9])/g;
const comment = /^[ \t]{0,99}#[^\n]*/gm;

/** What gives a program its settings where it runs, and so perhaps another address than the one that stands there. */
const environs = /\b(?:environ|getenv|(?:find|load)_dotenv|BaseSettings|decouple|dynaconf|from_envvar)\b/;

/** The only server that the program names, else SQLite if it names that; undefined: none, or several. */
export const byPythonProgram = (fs: FileSystem, root: string): Found | undefined =>
  theOnly(namedByProgram(fs, root).found);

/**
 * SQLite, where the program names its file and nothing else, and no environment changes that: it may have a driver that
 * nothing uses.
 */
export function fileOfPythonProgram(fs: FileSystem, root: string): Found | undefined {
  const { found, readsEnvironment } = namedByProgram(fs, root);
  const stated = readsEnvironment ? undefined : theOnly(found);
  if (stated?.dialect !== "sqlite") return undefined;
  const around = bySurroundings(fs, root)?.dialect ?? "sqlite";
  return around === "sqlite" ? stated : undefined;
}

function theOnly(found: ReadonlyMap<Database, string>): Found | undefined {
  const servers = [...found].filter(([dialect]) => dialect !== "sqlite");
  const [one, ...more] = servers.length > 0 ? servers : found;
  return one === undefined || more.length > 0 ? undefined : { dialect: one[0], evidence: [one[1]] };
}

interface NamedByProgram {
  /** Each with what says so. */
  readonly found: ReadonlyMap<Database, string>;
  readonly readsEnvironment: boolean;
}

function namedByProgram(fs: FileSystem, root: string): NamedByProgram {
  const home = packageRootOf(fs, root) ?? ancestors(root, 3).at(-1);
  const found = new Map<Database, string>();
  let readsEnvironment = false;
  if (home === undefined) return { found, readsEnvironment };
  for (const path of modules(fs, home)) {
    const text = (fs.read(path) ?? "").slice(0, longest).replaceAll(comment, "");
    readsEnvironment ||= environs.test(text);
    for (const [said, first, second] of [address, parts, variable].flatMap((one) => [
      ...text.matchAll(one),
    ])) {
      const dialect = dialectWord((first ?? second ?? "").toLowerCase());
      if (dialect !== undefined && !found.has(dialect)) found.set(dialect, `${path} says ${said}`);
    }
  }
  // One protocol: MariaDB is reached by MySQL's name.
  if (found.has("mysql")) found.delete("mariadb");
  return { found, readsEnvironment };
}

function* modules(fs: FileSystem, home: string): Generator<string> {
  let left = mostFiles;
  const look = function* (folder: string, isCalledSo: boolean, depth: number): Generator<string> {
    const names = fs.list(folder);
    for (const name of names) {
      const isOne =
        environment.test(name) || (isCalledSo ? /^(?!test_).*\.py$/.test(name) : named.test(name));
      if (!isOne) continue;
      if (left-- <= 0) return;
      yield join(folder, name);
    }
    if (depth >= deepest) return;
    for (const name of names) {
      const bare = name.slice(0, -1);
      if (!name.endsWith("/") || others.test(bare) || skipped.test(bare) || notMigrations.test(bare))
        continue;
      yield* look(join(folder, bare), folderOfThem.test(bare), depth + 1);
    }
  };
  yield* look(home, false, 0);
}
