/** File names: directions, dialects, and names that are no migration. */
import type { Database } from "../../model/dialect.ts";
import { dialectWord } from "../../model/database-words.ts";
import { addTo } from "../../text/group.ts";
import { baseName } from "../files/paths.ts";

/** The dialect that a folder of a path below the root names: `h2/V1__x.sql` → `other`. */
export function folderDialect(file: string): Database | undefined {
  for (const folder of file.split("/").slice(0, -1)) {
    const dialect = dialectWord(folder);
    if (dialect !== undefined) return dialect;
  }
  return undefined;
}

/** The dialect that stands after `.sql`: `x.sql.postgres`; undefined for other files. */
export function dialectAfter(file: string): Database | undefined {
  const word = /\.sql\.([a-z0-9]{2,12})$/i.exec(file.slice(-20))?.[1];
  return word === undefined ? undefined : dialectWord(word);
}

/** A file of a migration that is written once for each of several databases. */
export interface DialectVariant {
  /** Undefined for what serves the databases that have no file of their own: `001_x_default.sql`. */
  readonly dialect: Database | undefined;
  /** The path without the word that names it: `001_x_mysql.sql` → `001_x.sql`. */
  readonly common: string;
  /** Another file has the plain name of its database: `x_postgis.sql` beside `x_postgres.sql`. */
  readonly isSpare?: true;
}

const directed = String.raw`(?:[_.-](?:up|down|rollback|undo|revert))`;
const named = new RegExp(
  String.raw`^(.*[^_.-])(?!${directed}\.sql$)[_.-]([a-z0-9]{2,11})(${directed}?\.sql)$`,
  "i",
);
const mostVariants = 20_000;

/** What serves the databases that have no file of their own, as people call it. */
const forTheRest = /^(?:default|generic)$/i;

/**
 * Files whose names end with the name of a database where the same name ends with another one, or with `default`, too:
 * `001_x_mysql.sql` beside `001_x_postgres.sql`. The word alone may be part of a description. Of two for the same database,
 * the one with its plain name counts.
 */
export function dialectVariants(files: readonly string[]): ReadonlyMap<string, DialectVariant> {
  const byCommon = new Map<string, { file: string; word: string; dialect: Database | undefined }[]>();
  for (const file of files.slice(0, mostVariants)) {
    const [, head = "", word = "", ending = ""] = named.exec(file.slice(-300)) ?? [];
    const dialect = dialectWord(word);
    if (dialect === undefined && !forTheRest.test(word)) continue;
    const common = file.slice(0, Math.max(0, file.length - 300)) + head + ending;
    addTo(byCommon, common, { file, word: word.toLowerCase(), dialect });
  }
  const found = new Map<string, DialectVariant>();
  for (const [common, variants] of byCommon) {
    if (new Set(variants.map(({ dialect }) => dialect)).size < 2) continue;
    const plain = new Set(variants.flatMap(({ word, dialect }) => (word === dialect ? [word] : [])));
    for (const { file, word, dialect } of variants) {
      const isSpare = dialect !== undefined && word !== dialect && plain.has(dialect);
      found.set(file, isSpare ? { dialect: "other", common, isSpare } : { dialect, common });
    }
  }
  return found;
}

/** Words that mark a rollback: `rollback`, `down`, … */
export const isRollbackWord = (word: string): boolean => /^(?:rollbacks?|revert|undo|down)$/i.test(word);

/** Queries for a person at a prompt, and commands of psql: nothing that migrates. */
export function onlyAsks(text: string): boolean {
  const statements = text
    .slice(0, 65_536)
    .replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\/|^[ \t]*\\(?!i|copy|gexec|g\b)[^\n]*/gm, "")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
  return (
    statements.length > 0 &&
    statements.every((statement) => /^(?:select\b[^]*\bfrom\b|show\b|explain\s+select\b)/i.test(statement))
  );
}

/** Files of SQL in the folder itself that may be steps. */
export const stepsAmong = (files: readonly string[]): readonly string[] =>
  files.filter((file) => isSql(file) && isDirect(file) && !isNoStep(file));

/** Dumps, seeds, tests and bootstrap files, which belong in such folders without being a step. */
export function isNoStep(file: string): boolean {
  const name = baseName(file).toLowerCase();
  const stem = name.replace(/\.sql$/, "");
  return (
    /^(?:schema|structure|database|seeds?|init|latest|full|bootstrap|onabort|current|dump|baseline|template|example|post-apply)$/.test(
      stem,
    ) ||
    /(?:^|[_.-])(?:schema|structure|seeds?|dump|template|queries)$/.test(stem) ||
    /^(?:seeds?|test|template|verify|post-apply)[_.-]/.test(stem) ||
    // All migrations in one file.
    /^(?:all|combined|complete|consolidated|full|merged|squashed)(?:[_.-](?:all|database|db|migrations?|schemas?|setup|sql))*$/.test(
      stem,
    ) ||
    name.startsWith(".") ||
    isText(file) ||
    /(?:^|\/)(?:seeds?|init|tests?|testdata|fixtures|templates?|archive|meta|verify)\//i.test(file)
  );
}

/** What is to be read, not run: `README.sql`. A table may be called `notes`, but nobody calls it `NOTES`. */
export const isText = (file: string): boolean =>
  /^(?:readme|how[_-]?to)(?:[_.-][^/]*)?\.sql$/i.test(baseName(file)) ||
  /^(?:NOTES?|INSTRUCTIONS?|USAGE|GUIDE|TODO|CHANGELOG)\.sql$/.test(baseName(file));

/** True for `.sql`, in any case. */
export const isSql = (file: string): boolean => /\.sql$/i.test(file);

/**
 * `1.0_to_2.0.mssql.sql`, `stock-postgresql.sql`: all files end with the name of one database; or `fill_pg_2.sql`: there
 * are several, and each has it somewhere. With it, how many they are.
 */
export function namedByAll(files: readonly string[]): readonly [Database, number] | undefined {
  const names = files.filter(isSql).map((file) => stemOf(file).slice(-80).split(/[._-]/));
  const named = (parts: readonly string[]): Database | undefined =>
    parts.flatMap((part) => dialectWord(part) ?? [])[0];
  const ofAll = (wordsOf: (parts: readonly string[]) => readonly string[]): Database | undefined => {
    const [dialect, ...others] = new Set(names.map((parts) => named(wordsOf(parts))));
    return others.length > 0 ? undefined : dialect;
  };
  const dialect =
    (names.length < 2 ? undefined : ofAll((parts) => parts.slice(-1))) ??
    (names.length < 4 ? undefined : ofAll((parts) => parts));
  return dialect === undefined ? undefined : [dialect, names.length];
}

/** Without `.sql`, and without a dialect after it. */
export function stemOf(file: string): string {
  const name = baseName(file);
  return (dialectAfter(name) === undefined ? name : name.slice(0, name.lastIndexOf("."))).replace(
    /\.sql$/i,
    "",
  );
}

/** True for a file of the folder itself, not of one below. */
export const isDirect = (file: string): boolean => !file.includes("/");
