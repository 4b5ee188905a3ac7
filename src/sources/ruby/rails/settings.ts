/** What the files of a project say of Rails: its version, and settings that change what it sends. */
import type { SourceHistory } from "../../source.ts";
import { newest, versionOf, type Version } from "./versions.ts";

type ReadFile = (path: string) => string | undefined;

export interface Settings {
  /** Of the gem `activerecord`, as far as a file says it. */
  readonly release: string | undefined;
  readonly gem: Version;
  /** Of the gem `strong_migrations`, which refuses what isn't marked as safe. */
  readonly strongMigrations: string | undefined;
  readonly adapter: string;
  readonly datetimeType: string;
  readonly keyType: string | undefined;
}

const join = (folder: string, name: string): string =>
  folder === "." || folder === "" ? name : `${folder}/${name}`;

/** The folder of the migrations and those above it. */
function foldersOf(root: string): readonly string[] {
  const found = [root];
  for (let folder = root; folder !== "." && folder !== "";) {
    const cut = folder.lastIndexOf("/");
    folder = cut < 0 ? "." : folder.slice(0, cut);
    found.push(folder);
  }
  return found;
}

/** A file below the folder of the migrations, or below one above it. */
export function fileAbove(
  root: string,
  name: string,
  readFile: ReadFile,
): { readonly path: string; readonly text: string } | undefined {
  for (const folder of foldersOf(root)) {
    const path = join(folder, name);
    const text = readFile(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

const locked = /^ {4}activerecord \((\d+\.\d+[\w.]*)\)/m;
const required =
  /^[ \t]*gem[ \t(]+["'](?:rails|activerecord)["'][ \t]*,[ \t]*["'](?:[~>=<]+[ \t]*)?(\d+(?:\.\d+)*)/m;
const strong = /^ {4}strong_migrations \((\d+\.\d+[\w.]*)\)/m;
const datetimes = /\bdatetime_type[ \t]*=[ \t]*:(timestamptz|timestamp)\b/;

const keys = /\bprimary_key_type[ \t]*(?::|=>)[ \t]*:(\w+)/;

export function settingsOf({ root }: Pick<SourceHistory, "root">, readFile: ReadFile): Settings {
  let release: string | undefined;
  let strongMigrations: string | undefined;
  let adapter: string | undefined;
  let datetimeType: string | undefined;
  let keyType: string | undefined;
  for (const folder of foldersOf(root)) {
    const lock = readFile(join(folder, "Gemfile.lock"));
    const gems = readFile(join(folder, "Gemfile"));
    release ??= locked.exec(lock ?? "")?.[1] ?? required.exec(gems ?? "")?.[1];
    strongMigrations ??= strong.exec(lock ?? "")?.[1];
    if (/^ {4}trilogy \(/m.test(lock ?? "")) adapter ??= "Trilogy";
    for (const file of [
      "config/application.rb",
      "config/initializers/active_record.rb",
      "config/initializers/postgresql.rb",
    ])
      datetimeType ??= datetimes.exec(readFile(join(folder, file)) ?? "")?.[1];
    keyType ??= keys.exec(readFile(join(folder, "config/application.rb")) ?? "")?.[1];
    if (release !== undefined) break;
  }
  return {
    release,
    gem: versionOf(release) ?? newest,
    strongMigrations,
    adapter: adapter ?? "Mysql2",
    datetimeType: datetimeType ?? "timestamp",
    keyType,
  };
}
