/** Folders of migrations that ddlint can't read, so that a project without a history is told why it has none. */
import { isMadeByTools } from "./copies.ts";
import { skipped } from "./folder-names.ts";
import { ignoreRules } from "../files/ignore-rules.ts";
import { isSql } from "../layouts/names.ts";
import { searchRoots, type AnyHistory, type FileSystem } from "../migration.ts";
import { ancestors, baseName, isWithin, join, parentOf } from "../files/paths.ts";
import { remembered } from "../files/remembered.ts";
import type { UnreadKind } from "../tool.ts";
import { tools } from "../tools/index.ts";

export interface UnreadFolder {
  readonly root: string;
  readonly files: number;
  /** The language, and the tool: `Python for Django`. */
  readonly what: string;
  /** How its tool writes the SQL that it would send, if it can. */
  readonly sql?: string | undefined;
  /** A sentence in place of these: what is there needs files that aren't. */
  readonly says?: string | undefined;
}

const inFolder = /(?:migrat|alteration)[^/]*$/i;
const code = /^\d[\w.-]{2,200}\.[cm]?[jt]s$/;

const inRust = /(?:^|[/_-])migrat\w*\/src$/i;
const go = /^(?!.*_test\.go$)[\w.-]{1,200}\.go$/;
/** Programs of a tool lie in such folders, too: only a number makes one of them a step. */
const numberedGo = /^(?!.*_test\.go$)(?:[a-z_]{1,40}[._-])?\d[\w.-]{1,200}\.go$/;
/** It has a statement that does so, in SQL or in code. */
export const changesTables = /\b(?:CREATE|ALTER|DROP)\s{1,9}(?:TABLE|(?:UNIQUE\s{1,9})?INDEX)\b/i;

/** Of tools that have no file in `tools`, as nothing of theirs is read. */
const frameworks: readonly UnreadKind[] = [
  {
    what: "PHP for Laravel",
    folder: /(?:^|\/)migrations$/,
    file: /^\d{4}_\d{2}_\d{2}_\d{6}_\w{1,200}\.php$/,
    sql: "php artisan migrate --pretend",
  },
  {
    what: "PHP for Doctrine",
    folder: inFolder,
    file: /^Version\d{14}\.php$/,
    sql: "doctrine-migrations migrate --write-sql",
  },
  { what: "PHP for Phinx", folder: inFolder, file: /^\d{14}_\w{1,200}\.php$/ },
  {
    what: "C# for EF Core",
    folder: inFolder,
    file: /^\d{14}_\w{1,200}(?<!\.Designer)\.cs$/,
    sql: "dotnet ef migrations script <from> <to>",
  },
  {
    what: "Elixir for Ecto",
    folder: /(?:^|\/)migrations$/,
    file: /^\d{14}_\w{1,200}\.exs$/,
  },
  { what: "PHP for Yii", folder: inFolder, file: /^m\d{6}_\d{6}_\w{1,200}\.php$/ },
  { what: "Rust for SeaORM", folder: inRust, file: /^m\d{8}_\d{6}_\w{1,200}\.rs$/ },
  {
    what: "Ruby for Sequel",
    folder: inFolder,
    file: /^\d+_\w{1,200}\.rb$/,
    text: /\b(?:Sequel|ROM::SQL)\.migration\b/,
  },
  {
    // Liquibase 4.20 and 5.0: "Could not find databaseChangeLog node".
    what: "YAML or JSON that Liquibase refuses, as its first key isn't databaseChangeLog",
    folder: /changelog|liquibase|migrat/i,
    file: /\.(?:ya?ml|json)$/,
    text: /^\s*(?:\{\s*)?"?(?!databaseChangeLog\b)[dD]ata_?[bB]ase_?[cC]hange_?[lL]ogs?"?\s*:/m,
  },
  {
    what: "YAML or JSON that Liquibase refuses, as databaseChangeLog holds no list",
    folder: /changelog|liquibase|migrat/i,
    file: /\.(?:ya?ml|json)$/,
    text: /^(?:\s*\{\s*)?"?databaseChangeLog"?\s*:(?:\s*\{|[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*\r?\n[ \t]+["\w])/m,
  },
  { what: "Go for bun", folder: inFolder, file: go, text: /\buptrace\/bun\b/ },
  { what: "Go for xormigrate", folder: inFolder, file: go, text: /\bxormigrate\b/ },
  { what: "Go for gormigrate", folder: inFolder, file: go, text: /\bgormigrate\b/ },
];

/** `export const migrations = [{ id: "0001_a", up: … }]`; those of SQLite aren't linted in any language. */
const list: UnreadKind = {
  what: "a list in JavaScript or TypeScript",
  folder: /^/,
  file: /^(?:[\w.-]{0,60}[-_.])?migrations?\.[cm]?[jt]s$/i,
  text: /^(?![^]*(?:sqlite|\bAUTOINCREMENT\b|\bPRAGMA\b))[^]*\b\w{0,40}migrations?\b[^=\n]{0,80}=\s*\[\s*(?:\/\/[^\n]*\s*|\/\*[^*]*\*\/\s*)*\{[^]*\b(?:CREATE|ALTER|DROP)\s{1,9}(?:TABLE|(?:UNIQUE\s{1,9})?INDEX)\b/i,
  each: /^[ \t]*(?:\{\s*)?(?:id|name|version)\s*:\s*["'`\d]/gm,
};

/** What is left: nothing but words in code. */
const programs: readonly UnreadKind[] = [
  { what: "JavaScript for MongoDB", folder: inFolder, file: code, text: /\.collection\(|\bmongo/i },
  {
    what: "Go for an unknown tool",
    folder: inFolder,
    file: numberedGo,
    text: changesTables,
    uncertain: true,
  },
  { what: "JavaScript for an unknown tool", folder: inFolder, file: code, uncertain: true },
];

/** All that are recognised and not read; the first that fits is reported. */
export const unreadKinds: readonly UnreadKind[] = [
  ...frameworks,
  ...tools.flatMap(({ unread }) => unread ?? []),
  ...programs,
  list,
];

const deepest = 13;
const others =
  /^(?:testdata|fixtures?|__tests__|__fixtures__|tests?|(?:integration|functional|acceptance|component|e2e|smoke)[-_]?tests?|spec)$/i;

/** A single file that is certainly a migration, and isn't read. */
export function unreadFile(fs: FileSystem, path: string): UnreadFolder | undefined {
  const kind = unreadKinds.find(
    ({ folder, file, text, uncertain }) =>
      uncertain !== true &&
      folder.test(parentOf(path) ?? ".") &&
      file.test(baseName(path)) &&
      (text === undefined || text.test(head(fs, path))),
  );
  return kind && { root: path, files: countOf(fs, kind, path), what: kind.what, sql: kind.sql };
}

/** A file holds one, or a list of them. */
const countOf = (fs: FileSystem, { each }: UnreadKind, path: string): number =>
  each === undefined ? 1 : Math.max(1, (fs.read(path) ?? "").match(each)?.length ?? 1);

/** What tells a tool stands near the start of a file. */
const head = (fs: FileSystem, path: string): string => (fs.read(path) ?? "").slice(0, 16384);

/** Among the folders below the working directory, sorted. */
export function unreadFolders(
  fs: FileSystem,
  below: Folders = [...foldersBelow(fs)],
): readonly UnreadFolder[] {
  return below.flatMap(({ folder, names }) => unreadIn(fs, folder, names) ?? []);
}

/** Tests whether histories read files of the folder, or it lies in a copy of one. */
export function readFolders(
  histories: readonly Pick<AnyHistory, "root" | "migrations" | "alsoRead" | "copies">[],
): (folder: string) => boolean {
  const read = new Set(
    histories.flatMap(({ root, migrations, alsoRead = [] }) => [
      root,
      ...[...migrations.map(({ up }) => up.path), ...alsoRead].map((path) => parentOf(path) ?? "."),
    ]),
  );
  const copies = histories.flatMap(({ copies: own = [] }) => own);
  return (folder) => read.has(folder) || copies.some((copy) => isWithin(copy, folder));
}

interface FolderOfSql {
  readonly root: string;
  /** Names. */
  readonly files: readonly string[];
}

/** Those of the folders that hold SQL. */
export const foldersOfSql = (below: Folders): readonly FolderOfSql[] =>
  below
    .map(({ folder, names }) => ({ root: folder, files: names.filter(isSql) }))
    .filter(({ files }) => files.length > 0);

/** The folder with the most SQL files, if any has at least two: what the user may have meant. */
export function mostSqlFiles(fs: FileSystem): FolderOfSql | undefined {
  let most: FolderOfSql | undefined;
  for (const one of foldersOfSql([...foldersBelow(fs)]))
    if (one.files.length > (most?.files.length ?? 1)) most = one;
  return most;
}

/** Folders with the names in them. */
export type Folders = readonly { readonly folder: string; readonly names: readonly string[] }[];

/** Below the working directory, sorted: each is listed once. */
export function* foldersBelow(base: FileSystem): Generator<Folders[number]> {
  const fs = remembered(base);
  const visit = function* (
    folder: string,
    depth: number,
    ignored: (path: string) => boolean,
  ): ReturnType<typeof foldersBelow> {
    const names = fs.list(folder);
    yield { folder, names };
    if (depth >= deepest) return;
    const own = ignoreRules(fs, folder);
    const isIgnored = (path: string): boolean => ignored(path) || own(path);
    for (const name of names) {
      const bare = name.slice(0, -1);
      if (!name.endsWith("/") || skipped.test(bare) || others.test(bare)) continue;
      const path = join(folder, bare);
      if (!isIgnored(path) && !isMadeByTools(fs, path)) yield* visit(path, depth + 1, isIgnored);
    }
  };
  for (const root of searchRoots(fs)) yield* visit(root, 0, () => false);
}

function unreadIn(fs: FileSystem, folder: string, names: readonly string[]): UnreadFolder | undefined {
  for (const kind of unreadKinds) {
    const { what, sql, folder: home, file, text, uncertain } = kind;
    if (!home.test(folder)) continue;
    const isUnread = (name: string): boolean =>
      file.test(name) && !(uncertain === true && text === undefined && isLoader(fs, join(folder, name)));
    const files = names.filter(isUnread);
    if (kind.each !== undefined) {
      const own = files.find((name) => text?.test(head(fs, join(folder, name))) === true);
      if (own !== undefined) return unreadFile(fs, join(folder, own));
      continue;
    }
    const step = Math.max(1, Math.floor(files.length / 4));
    const isOne = (name: string, at: number): boolean =>
      at % step === 0 && text?.test(head(fs, join(folder, name))) === true;
    if (files.length > 0 && (text === undefined || files.some(isOne)))
      return lackingIn(fs, folder, files, kind) ?? { root: folder, files: files.length, what, sql };
  }
  return undefined;
}

/** The only files that say anything include others, of which none is there. */
function lackingIn(
  fs: FileSystem,
  folder: string,
  files: readonly string[],
  { includes, text }: UnreadKind,
): UnreadFolder | undefined {
  if (includes === undefined) return undefined;
  const own = files.filter((name) => text?.test(head(fs, join(folder, name))) !== false);
  const [first, ...others] = own;
  const named = first === undefined ? undefined : includes.of(fs.read(join(folder, first)) ?? "");
  if (first === undefined || named === undefined || others.length > 0) return undefined;
  const isThere = (path: string): boolean =>
    ancestors(folder, 20).some(
      (above) => fs.read(join(above, path.replace(/^classpath:/, ""))) !== undefined,
    );
  if (named.some(isThere)) return undefined;
  const last = named.at(-1) ?? "";
  const list = named.length === 1 ? last : `${named.slice(0, -1).join(", ")} and ${last}`;
  const they = named.length === 1 ? "isn't" : "aren't";
  return {
    root: folder,
    files: own.length,
    what: includes.whole,
    says: `${join(folder, first)} includes ${list}, which ${they} there`,
  };
}

const isLoader = (fs: FileSystem, path: string): boolean =>
  tools.some(({ code: own }) => own?.loadsSql?.test(head(fs, path)) === true);
