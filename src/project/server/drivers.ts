/** Which drivers of databases a project depends on, by its manifests. */
import type { Database } from "../../model/dialect.ts";
import { asPipReads, includedBy, pythonManifests } from "../../text/python-releases.ts";
import { forTests, manifestsIn, readManifest, type Manifest } from "../manifests.ts";
import type { FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";

/** Of Rust, a feature of such a crate brings the driver. */
const crates = String.raw`(?:sqlx|diesel(?:[-_]async)?|sea-orm|tauri-plugin-sql)`;
const ofCrate = (feature: string): RegExp =>
  new RegExp(
    String.raw`^(?:${crates}[ \t]*=[ \t]*\{[^}]{0,800}?|\[[\w-]{0,40}dependencies\.${crates}\][ \t]*\r?\n(?:(?!^\[)[^]){0,800}?)"(?:sqlx-)?${feature}[\w-]{0,12}"`,
    "m",
  );

const drivers: readonly {
  readonly dialect: Database;
  readonly pattern: RegExp;
  readonly feature?: RegExp;
}[] = [
  {
    dialect: "postgres",
    pattern:
      /"(?:pg|pg-promise|slonik|postgres|postgresql|@(?:neondatabase\/serverless|vercel\/postgres|electric-sql\/pglite)|@sequelize\/postgres|@prisma\/adapter-(?:pg|neon|ppg)|sqlx\/postgres|tokio-postgres)"|^(?:deadpool|tokio)-postgres[ \t]*[.=]|github\.com\/(?:lib\/pq|jackc\/pgx|go-pg\/pg)|\bpgdriver\b|\bgorm\.io\/driver\/postgres\b|\bpostgresql\b|\b(?:psycopg(?:2|2-binary|2cffi)?|asyncpg|pg8000)\b/im,
    feature: ofCrate("postgres"),
  },
  {
    dialect: "mariadb",
    pattern: /"(?:@(?:sequelize|mikro-orm)\/)?mariadb"(?=[ \t]*:)|\bmariadb[-.]java[-.]client\b/,
  },
  {
    dialect: "mysql",
    pattern:
      /"(?:mysql2?|@(?:sequelize|mikro-orm)\/mysql|@prisma\/adapter-(?:mariadb|planetscale)|@planetscale\/database|mysql_async|sqlx\/mysql)"|^mysql_async[ \t]*[.=]|github\.com\/go-sql-driver\/mysql|\bgorm\.io\/driver\/mysql\b|\bmysql[-.]connector|\b(?:pymysql|mysqlclient|aiomysql|asyncmy|mysql-python)\b|\w\[(?:[\w-]{1,40},\s?){0,8}mysql[\],]/im,
    feature: ofCrate("mysql"),
  },
  {
    dialect: "sqlite",
    pattern:
      /"(?:better-sqlite3(?:-multiple-ciphers)?|sqlite3?|node-sqlite3-wasm|libsql|@libsql\/client|@tursodatabase\/(?:database|serverless)|@sequelize\/sqlite3|@mikro-orm\/(?:better-sqlite|sqlite|libsql)|@prisma\/adapter-(?:better-sqlite3|libsql|d1)|sqlx\/sqlite)"|^(?:(?:tokio-)?rusqlite|libsql|turso)[ \t]*[.=]|\bsqlite[-.]jdbc\b|github\.com\/(?:(?:mattn|ncruces)\/go-sqlite3|tursodatabase\/\S{0,20}libsql)|modernc\.org\/sqlite|(?:zombiezen\.com\/go|crawshaw\.io)\/sqlite|\bgorm\.io\/driver\/sqlite\b|github\.com\/glebarez\/|\blibsql-(?:client|experimental)\b/m,
    feature: ofCrate("sqlite"),
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

/** SQLite on the device that a program runs on, or in its browser. */
const onDevice =
  /"(?:expo-sqlite|(?:react-native|cordova)-(?:nitro-|quick-)?sqlite(?:-(?:storage|2|next))?|@op-engineering\/op-sqlite|@op-sqlite\/\w+|@capacitor-community\/sqlite|@(?:awesome-)?(?:cordova-plugins|ionic-native)\/sqlite|@nativescript-community\/sqlite|nativescript-sqlite|sql\.js|sqlocal|(?:@[\w-]{1,30}\/)?wa-sqlite|@sqlite\.org\/sqlite-wasm)"|^[ \t]{1,8}(?:sqflite\w*|drift\w*|sqlite3\w*|sqlite_async|sqlcipher_flutter_libs)[ \t]*:|\/(?:GRDB|SQLite)\.swift\b|\bandroidx\.(?:room|sqlite)\b/m;
/** A program on a device that has such a server keeps a part of its tables there. */
const hosted =
  /"@supabase\/supabase-js"|^[ \t]{1,8}supabase\w*[ \t]*:|\/supabase-swift\b|\bio\.github\.jan-tennert\.supabase\b/m;

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

/** What is on the device says something where the program has no other driver. */
export function driversAmong(root: string, texts: readonly ManifestText[]): readonly FoundDriver[] {
  const of = (dialect: Database, isIn: (text: string) => boolean): readonly FoundDriver[] => {
    const found = texts.find(({ text }) => isIn(text));
    return found === undefined ? [] : [{ dialect, manifest: join(root, found.name) }];
  };
  const own = drivers.flatMap(({ dialect, pattern, feature }) =>
    of(dialect, (text) => pattern.test(text) || feature?.test(text) === true),
  );
  return own.length > 0 || texts.some(({ text }) => hosted.test(text))
    ? own
    : of("sqlite", (text) => onDevice.test(text));
}

/** What pip installs for tests alone. */
export const testManifests: readonly string[] = [
  "test-requirements.txt",
  "requirements-test.txt",
  "requirements/test.txt",
  "requirements-dev.txt",
  "dev-requirements.txt",
  "requirements/dev.txt",
];
