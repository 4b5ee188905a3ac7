/** What discovery finds in a repository of which only names are kept. */
import { discover } from "../../src/project/discover.ts";
import type { AnyHistory, FileSystem } from "../../src/project/migration.ts";
import { isWithin } from "../../src/project/files/paths.ts";
import { unreadFolders } from "../../src/project/left-out/unread.ts";

export interface Repository {
  readonly repository: string;
  /** Folders with the same texts as others: `copy` → `original`. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Names by folder. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Of files that have more than the text that each has by its path; `--`: a file without a statement. */
  readonly texts: Readonly<Record<string, string>>;
  readonly found: readonly Expectation[];
}

export interface Expectation {
  readonly root: string;
  /** With the layout. */
  readonly tool: string;
  readonly database: string;
  /** In order. */
  readonly migrations?: readonly string[];
  readonly problems?: readonly string[];
}

/** Words that tell a database, and a text with them. */
export const words: readonly { readonly pattern: RegExp; readonly says: string }[] = [
  { pattern: /\bENGINE\s?=\s?(?:InnoDB|MyISAM)\b/i, says: "CREATE TABLE t (id int) ENGINE=InnoDB;" },
  { pattern: /\bAUTO_INCREMENT\b/i, says: "CREATE TABLE t (id int AUTO_INCREMENT);" },
  { pattern: /\b(?:TABLE|EXISTS|INTO|COLUMN|INDEX|UPDATE|KEY)\s{0,4}`\w/i, says: "DROP TABLE `t`;" },
  { pattern: /\bAUTOINCREMENT\b(?!["']?\s?[:(])/i, says: "CREATE TABLE t (id INTEGER AUTOINCREMENT);" },
  { pattern: /^[ \t]*PRAGMA\s/im, says: "PRAGMA a;" },
  { pattern: /\bsqlite_(?:master|schema)\b/i, says: "SELECT 1 FROM sqlite_master;" },
  { pattern: /\b(?:strftime|julianday)\s?\(/i, says: "SELECT strftime(1);" },
  {
    pattern: /\b(?:CREATE|DROP)\s{1,9}(?:UNIQUE\s{1,9})?INDEX\s{1,9}IF\s{1,9}(?:NOT\s{1,9})?EXISTS\b/i,
    says: "DROP INDEX IF EXISTS i ON t;",
  },
  { pattern: /\bENGINE\s?=\s?\w{0,40}MergeTree\b/i, says: "CREATE TABLE t (id int) ENGINE = MergeTree;" },
  {
    pattern: /\b(?:BIGSERIAL|SERIAL|JSONB|TIMESTAMPTZ|BYTEA|TSVECTOR)\b/i,
    says: "CREATE TABLE t (id jsonb);",
  },
  {
    pattern: /\b(?:CONCURRENTLY|plpgsql|CREATE EXTENSION|OWNER TO|USING gin)\b/i,
    says: "DROP INDEX CONCURRENTLY i;",
  },
  {
    pattern: /\b(?:ADD|DROP)\s{1,9}COLUMN\s{1,9}IF\s{1,9}(?:NOT\s{1,9})?EXISTS\b/i,
    says: "ALTER TABLE t DROP COLUMN IF EXISTS c;",
  },
];

/** The files with their texts. A file that says nothing has a statement that no other one has. */
export function textsOf({ files, texts, copies = {} }: Pick<Repository, "files" | "texts" | "copies">) {
  const all: Record<string, string> = {};
  for (const [folder, names] of Object.entries(files)) {
    for (const name of names) {
      const path = `${folder}${name}`;
      const copy = Object.keys(copies).find((root) => isWithin(root, path));
      const original = copy === undefined ? path : `${copies[copy] ?? ""}${path.slice(copy.length)}`;
      const isText = /\.sql(?:\.\w+)?$/i.test(name);
      all[path] = [texts[path] ?? "", ...(isText && texts[path] !== "--" ? [`SELECT '${original}';`] : [])]
        .join("\n")
        .trimStart();
    }
  }
  return all;
}

/** What is found, short enough to be read. */
export const found = (fs: FileSystem): readonly Expectation[] => [
  ...discover(fs, []).map((history) => ({
    root: history.root,
    tool: `${history.tool} as ${history.layout}`,
    database: history.dialect,
    migrations: history.migrations.map(
      ({ name, unread, down }) =>
        `${name}${unread === true ? " (code)" : down === undefined ? "" : " and back"}`,
    ),
    ...problemsOf(history),
  })),
  ...unreadFolders(fs)
    .filter(({ root }) => !discover(fs, []).some((history) => history.root === root))
    .map(({ root, what }) => ({ root, tool: what, database: "not read" })),
];

function problemsOf({ problems }: AnyHistory): Pick<Expectation, "problems"> {
  const told = problems.filter(({ rule }) => byName.has(rule)).map(({ rule, path }) => `${rule} ${path}`);
  return told.length === 0 ? {} : { problems: told };
}

/** What names alone tell. */
const byName: ReadonlySet<string> = new Set([
  "bad-file-name",
  "duplicate-version",
  "misplaced-migrations",
  "orphan-rollback",
]);
