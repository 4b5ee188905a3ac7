/** Which drivers of databases a project depends on, by its manifests. */
import type { Database } from "../../model/dialect.ts";
import { asPipReads, includedBy, pythonManifests } from "../../text/python-releases.ts";
import { forTests, manifestsIn, readManifest, type Manifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";

const drivers: readonly { readonly dialect: Database; readonly pattern: RegExp }[] = [
  {
    dialect: "postgres",
    pattern:
      /"(?:pg|postgres|postgresql|@neondatabase\/serverless|@sequelize\/postgres|@prisma\/adapter-(?:pg|neon|ppg)|sqlx\/postgres|tokio-postgres)"|^(?:deadpool|tokio)-postgres[ \t]*[.=]|github\.com\/(?:lib\/pq|jackc\/pgx|go-pg\/pg)|\bpgdriver\b|\bgorm\.io\/driver\/postgres\b|\bpostgresql\b|\b(?:psycopg(?:2|2-binary|2cffi)?|asyncpg|pg8000)\b/im,
  },
  {
    dialect: "mariadb",
    pattern: /"(?:@(?:sequelize|mikro-orm)\/)?mariadb"(?=[ \t]*:)|\bmariadb[-.]java[-.]client\b/,
  },
  {
    dialect: "mysql",
    pattern:
      /"(?:mysql2?|@(?:sequelize|mikro-orm)\/mysql|@prisma\/adapter-(?:mariadb|planetscale)|@planetscale\/database|mysql_async|sqlx\/mysql)"|^mysql_async[ \t]*[.=]|github\.com\/go-sql-driver\/mysql|\bgorm\.io\/driver\/mysql\b|\bmysql[-.]connector|\b(?:pymysql|mysqlclient|aiomysql|asyncmy|mysql-python)\b|\w\[(?:[\w-]{1,40},\s?){0,8}mysql[\],]/im,
  },
  {
    dialect: "sqlite",
    pattern:
      /"(?:better-sqlite3|sqlite3?|@libsql\/client|@sequelize\/sqlite3|@mikro-orm\/(?:better-sqlite|sqlite|libsql)|@prisma\/adapter-(?:better-sqlite3|libsql|d1)|sqlx\/sqlite)"|^(?:tokio-)?rusqlite[ \t]*[.=]|\bsqlite[-.]jdbc\b|github\.com\/(?:mattn|ncruces)\/go-sqlite3|modernc\.org\/sqlite|\bgorm\.io\/driver\/sqlite\b|github\.com\/glebarez\//m,
  },
  { dialect: "clickhouse", pattern: /github\.com\/(?:ClickHouse\/clickhouse-go|uptrace\/go-clickhouse)/ },
  {
    dialect: "mssql",
    pattern:
      /github\.com\/(?:denisenkom|microsoft)\/go-mssqldb|\bmssql[-.]jdbc\b|"(?:tedious|(?:@(?:sequelize|mikro-orm)\/|@prisma\/adapter-)?mssql|msnodesqlv8)"(?=[ \t]*:)/,
  },
  {
    dialect: "other",
    pattern:
      /"(?:(?:@mikro-orm\/)?oracledb|@sequelize\/(?:db2|ibmi|oracle|snowflake)|ibm_db)"(?=[ \t]*:)|\bojdbc\d{0,2}\b/,
  },
];

/** What others of the modules need. */
const indirect = /^.*\/\/ indirect$/gm;

export interface FoundDriver {
  readonly dialect: Database;
  readonly manifest: string;
}

/** What tests alone depend on says something only where the program leaves the driver to who installs it. */
export function driversIn(fs: FileSystem, root: string, only?: Manifest): readonly FoundDriver[] {
  const texts = manifestTexts(fs, root, only);
  const own = driversAmong(
    root,
    texts.map(({ name, text }) => ({ name, text: text.replaceAll(forTests, "") })),
  );
  return own.length > 0 ? own : driversAmong(root, texts);
}

export interface ManifestText {
  readonly name: string;
  readonly text: string;
}

export function manifestTexts(fs: FileSystem, root: string, only?: Manifest): readonly ManifestText[] {
  const kinds = manifestsIn(fs.list(root));
  const names = [...kinds].flatMap(([name, kind]) => (only === undefined || kind === only ? [name] : []));
  // What pip reads may lie in a folder of its own.
  const more = [...kinds.values()].includes("pypi") && (only ?? "pypi") === "pypi" ? pythonManifests : [];
  return [...new Set([...names, ...more])].flatMap((name) => {
    const path = join(root, name);
    const text = kinds.has(name) ? readManifest(fs, path) : asPipReads(fs.read(path));
    if (text === undefined) return [];
    const included = name.endsWith(".txt") ? includedBy(name, text, (path) => fs.read(join(root, path))) : [];
    return [{ name, text: text.replaceAll(indirect, "") }, ...included];
  });
}

export const driversAmong = (root: string, texts: readonly ManifestText[]): readonly FoundDriver[] =>
  drivers.flatMap(({ dialect, pattern }) => {
    const found = texts.find(({ text }) => pattern.test(text));
    return found === undefined ? [] : [{ dialect, manifest: join(root, found.name) }];
  });

/** What pip installs for tests alone. */
export const testManifests: readonly string[] = [
  "test-requirements.txt",
  "requirements-test.txt",
  "requirements/test.txt",
  "requirements-dev.txt",
  "dev-requirements.txt",
  "requirements/dev.txt",
];
