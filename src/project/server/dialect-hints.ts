/** What files say of their database by their own words. */
import type { Database } from "../../model/dialect.ts";
import type { Found } from "./dialect-surroundings.ts";

const backticks = "backticks";

/** Ends a batch of SQL Server's tools. */
export const lineOfGo = /^GO[ \t]*\r?$/m;

/** A function that only CockroachDB has. */
export const ofCockroach = /\bunique_rowid\s?\(/i;

/** Words that one dialect alone has, with a weight; the texts are sampled, so nothing here is expensive. */
const hints: readonly {
  readonly dialect: Database;
  readonly name: string;
  readonly pattern: RegExp;
  readonly weight: number;
}[] = [
  { dialect: "mysql", name: "ENGINE=", pattern: /\bENGINE\s?=\s?(?:InnoDB|MyISAM|Memory)\b/i, weight: 4 },
  { dialect: "mysql", name: "AUTO_INCREMENT", pattern: /\bAUTO_INCREMENT\b/i, weight: 3 },
  {
    dialect: "mysql",
    name: backticks,
    pattern: /\b(?:TABLE|EXISTS|INTO|COLUMN|INDEX|UPDATE|KEY)\s{0,4}`\w/i,
    weight: 2,
  },
  {
    dialect: "mysql",
    name: "MySQL's ALTER TABLE",
    pattern:
      /\bALTER\s{1,9}TABLE\s{1,9}\S{1,90}\s[^;]{0,2000}?(?:\bMODIFY\s{1,9}(?:COLUMN\s{1,9})?\w|\bADD\s{1,9}COLUMN\s[^;]{1,200}\sAFTER\s{1,9}\w{1,64}\s{0,9}[;,]|\bDROP\s{1,9}FOREIGN\s{1,9}KEY\b|\bADD\s{1,9}(?:UNIQUE\s{1,9})?(?:INDEX|KEY)\s{1,9}\w{1,64}\s{0,9}\()/i,
    weight: 3,
  },
  {
    dialect: "mysql",
    name: "DROP INDEX … ON",
    pattern: /\bDROP\s{1,9}INDEX\s{1,9}\w{1,64}\s{1,9}ON\s{1,9}\w/i,
    weight: 3,
  },
  {
    dialect: "mysql",
    name: "SET of a column with the table's alias",
    pattern:
      /\bUPDATE\s{1,9}`?\w{1,64}`?\s{1,9}(?:AS\s{1,9})?(?!SET\b)(\w{1,64})\s{1,9}SET\s{1,9}\1\.`?\w{1,64}`?\s?=/i,
    weight: 3,
  },
  {
    dialect: "mysql",
    name: "MySQL's functions and clauses",
    pattern:
      /\b(?:UUID_TO_BIN|BIN_TO_UUID)\s?\(|\bON\s{1,9}DUPLICATE\s{1,9}KEY\s{1,9}UPDATE\b|\bON\s{1,9}UPDATE\s{1,9}(?:CURRENT_TIMESTAMP|NOW\s?\()/i,
    weight: 3,
  },
  // Of other servers it is a comment, which files for several of them rely on.
  { dialect: "mysql", name: "comments that MySQL executes", pattern: /\/\*!\s{0,9}\w/, weight: 6 },
  // Its bodies often end with `$$`, which elsewhere is a quote.
  { dialect: "mysql", name: "DELIMITER", pattern: /^[ \t]*DELIMITER[ \t]{1,9}\S/im, weight: 6 },
  { dialect: "sqlite", name: "AUTOINCREMENT", pattern: /\bAUTOINCREMENT\b(?!["']?\s?[:(=])/i, weight: 4 },
  { dialect: "sqlite", name: "PRAGMA", pattern: /^[ \t]*PRAGMA\s/im, weight: 4 },
  { dialect: "sqlite", name: "sqlite_master", pattern: /\bsqlite_(?:master|schema)\b/i, weight: 3 },
  { dialect: "sqlite", name: "strftime", pattern: /(?<!\.)\b(?:strftime|julianday)\s?\(/i, weight: 4 },
  {
    dialect: "sqlite",
    name: "datetime('now')",
    // Strings may have been taken out.
    pattern: /\bDEFAULT\s?\(\s?datetime\s?\(\s{0,2}[,)]|\bdatetime\s?\(\s?'now'/i,
    weight: 4,
  },
  { dialect: "sqlite", name: "WITHOUT ROWID", pattern: /\bWITHOUT ROWID\b/i, weight: 4 },
  { dialect: "mssql", name: "GO lines", pattern: lineOfGo, weight: 4 },
  { dialect: "mssql", name: "[dbo]", pattern: /\[?\bdbo\b\]?\./i, weight: 3 },
  { dialect: "mssql", name: "NVARCHAR", pattern: /\bNVARCHAR\s?\(/i, weight: 2 },
  { dialect: "other", name: "types of Oracle", pattern: /\b(?:N?VARCHAR2|NUMBER)\s?\(\s?\d/i, weight: 4 },
  { dialect: "other", name: "CockroachDB's unique_rowid", pattern: ofCockroach, weight: 1000 },
  {
    dialect: "other",
    name: "CockroachDB's STRING beside PostgreSQL's words",
    pattern:
      /^(?=[^]*\b(?:TIMESTAMPTZ|JSONB|gen_random_uuid|unique_rowid)\b)[^]*?\s"?\w{1,64}"?[ \t]{1,9}STRING(?:\(\d{1,9}\)|\[\])?(?=\s*[,)]|[ \t]{1,9}(?:NOT|NULL|DEFAULT|UNIQUE|PRIMARY|REFERENCES)\b)/i,
    // It takes most of PostgreSQL's words.
    weight: 1000,
  },
  { dialect: "clickhouse", name: "MergeTree", pattern: /\bENGINE\s?=\s?\w{0,40}MergeTree\b/i, weight: 6 },
  {
    dialect: "postgres",
    name: "PostgreSQL's types",
    // A column may be called `serial`.
    pattern: /\b(?:BIGSERIAL|(?<!["'`])SERIAL(?!["'`])|JSONB|TIMESTAMPTZ|BYTEA|TSVECTOR)\b/i,
    weight: 3,
  },
  { dialect: "postgres", name: "dollar quotes", pattern: /(?<![\w$])\$(?:[a-z_]\w{0,20})?\$/i, weight: 3 },
  {
    dialect: "postgres",
    name: "PostgreSQL's keywords",
    pattern: /\b(?:CONCURRENTLY|plpgsql|CREATE EXTENSION|OWNER TO|USING gin)\b/i,
    weight: 3,
  },
  {
    dialect: "postgres",
    name: "PostgreSQL's functions",
    // MariaDB's `nextval` takes a name, not a string.
    pattern: /\b(?:gen_random_uuid|uuid_generate_v[1-5])\s?\(|\bnextval\s?\(\s?(?:'|::|\))/i,
    weight: 3,
  },
  {
    dialect: "postgres",
    name: "PostgreSQL's casts",
    // Programs have constants of such names, in capitals.
    pattern: /(?<=[\w)'"\]\s])::(?:text|varchar|uuid|json|regclass|integer|bigint|numeric|interval)\b(?!::)/,
    weight: 2,
  },
  {
    dialect: "postgres",
    name: "SQLAlchemy's types of PostgreSQL",
    pattern: /\bpostgresql\.[A-Z]|\bsqlalchemy\.dialects\.postgresql\b|\bpostgresql_\w+=/,
    weight: 3,
  },
  {
    dialect: "postgres",
    name: "Django's fields of PostgreSQL",
    pattern: /\bdjango\.contrib\.postgres\b/,
    weight: 3,
  },
  {
    dialect: "mysql",
    name: "SQLAlchemy's types of MySQL",
    pattern: /\bmysql\.[A-Z]|\bsqlalchemy\.dialects\.mysql\b|\bmysql_\w+=/,
    weight: 3,
  },
];

/** Comments and strings, which may hold anything, such as `$2a$12$…`; not what MySQL executes in comments. */
export const quoted = /--[^\n]*|\/\*(?!!)[^]*?\*\/|'[^'\n]*'/g;

/** SQLAlchemy has one set of types for both. */
const sharedTypes: Partial<Record<Database, Database>> = { mariadb: "mysql" };

/** SQLAlchemy's types of another server stand in the texts, and none of this one. */
export function usesTypesOfOthers(texts: readonly string[], dialect: Database): boolean {
  const own = sharedTypes[dialect] ?? dialect;
  const found = hints.filter(
    ({ name, pattern }) => name.startsWith("SQLAlchemy") && texts.some((text) => pattern.test(text)),
  );
  return found.length > 0 && found.every((hint) => hint.dialect !== own);
}

/** Of statements that no server takes. */
const orIgnore = /^[ \t]*(?:INSERT|UPDATE)\s{1,9}OR\s{1,9}(?:IGNORE|REPLACE|ABORT|FAIL|ROLLBACK)\s/im;

/** A file has words that SQLite alone takes, and none of its history's database. */
export function wordsOfSqlite(text: string, dialect: Database): boolean {
  const plain = text.replace(quoted, "");
  const has = (database: Database): boolean =>
    hints.some((hint) => hint.dialect === database && hint.pattern.test(plain));
  return (orIgnore.test(plain) || has("sqlite")) && !has(sharedTypes[dialect] ?? dialect);
}

/** The database whose words weigh most in the texts. */
export function byHints(texts: readonly string[]): Found | undefined {
  const scores = new Map<Database, { weight: number; names: Set<string> }>();
  for (const text of texts) {
    for (const hint of hints) {
      if (!hint.pattern.test(text)) continue;
      const score = scores.get(hint.dialect) ?? { weight: 0, names: new Set() };
      score.weight += hint.weight;
      scores.set(hint.dialect, { weight: score.weight, names: score.names.add(hint.name) });
    }
  }
  const order: readonly Database[] = ["postgres", "mysql", "sqlite", "mssql", "clickhouse", "other"];
  let best: { dialect: Database; weight: number; names: Set<string> } | undefined;
  for (const dialect of order) {
    const score = scores.get(dialect);
    if (score !== undefined && score.weight > (best?.weight ?? 0)) best = { dialect, ...score };
  }
  return (
    best && {
      dialect: best.dialect,
      evidence: [`the files use ${[...best.names].join(", ")}`],
      // SQLite takes them, too.
      ...(best.names.size === 1 && best.names.has(backticks) ? { isWeak: true } : {}),
    }
  );
}
