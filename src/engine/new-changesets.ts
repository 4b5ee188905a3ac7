/** New changesets in a changelog: behind the newest one, or each in a file of its own where the project has one for each. */
import { UserError } from "../config/user-error.ts";
import { changesetText, nextId } from "../plan/new-changeset.ts";
import type { CodeStatements } from "../plan/new-code.ts";
import { below } from "../plan/new-text.ts";
import { nextName } from "../plan/next-name.ts";
import { changelogLanguage, changelogLike, withChangesets, withInclude } from "../project/changelog/grown.ts";
import type { FileSystem, History, Migration } from "../project/migration.ts";
import { ancestors, baseName, join } from "../project/files/paths.ts";
import type { Span } from "../text/span.ts";
import { isInChangelog, isMarker } from "./write-rollback.ts";

/** A migration whose text is a changeset that ddlint can write another one like. */
export const isChangeset = (history: History, migration: Migration): boolean =>
  migration.changeset !== undefined ||
  (migration.up.code === undefined &&
    isInChangelog(history, migration) &&
    isMarker(history.rollbackName(migration)));

export interface WrittenMigration {
  readonly file: string;
  /** For messages: the file, or what it gets. */
  readonly label: string;
  /** As the history knows it. */
  readonly name: string | undefined;
  /** Files with their whole texts. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface MigrationSource {
  readonly fs: FileSystem;
  readonly history: History;
  /** What it comes behind. */
  readonly last: Migration;
  readonly words: string;
  readonly title: string;
  readonly now: Date;
}

/** @throws UserError if it can't be written like the last one */
export function newChangeset(
  source: MigrationSource,
  given: CodeStatements | undefined,
  before: readonly string[],
): WrittenMigration {
  const { fs, history, last, words, title, now } = source;
  const { path } = last.up;
  const language = changelogLanguage(path);
  const text = fs.read(path);
  const [author, newest] = headOf(last);
  const taken = new Set(history.migrations.map((one) => headOf(one)[1]));
  const id = nextId(newest, taken, words, now);
  if (language === undefined || text === undefined || id === undefined)
    throw new UserError(`can't write a changeset like ${last.name} of ${path}`, {
      hint: "give words of letters and digits, or write it by hand",
    });
  const written = changesetText(
    { id, author, title: title === "" ? undefined : title },
    given,
    before,
    language,
  );
  const name = `${author}:${id}`;
  if (hasFileOfItsOwn(history, last)) return inNewFile(source, text, written, name);
  const grown = withChangesets(text, placeOf(text, last), [written], language, false);
  if (grown === undefined)
    throw new UserError(`the changeset ${newest} of ${path} isn't on lines of its own`, {
      hint: "write the new one by hand",
    });
  return {
    file: path,
    label: `the changeset ${id} of ${path}`,
    name,
    texts: { [path]: grown },
  };
}

/** Author and id. */
export function headOf({ name, changeset, description }: Migration): readonly [author: string, id: string] {
  if (changeset !== undefined) return [changeset.author, changeset.id];
  return [name.slice(0, Math.max(0, name.length - description.length - 1)), description];
}

/** All of the changeset in its file. */
export function placeOf(text: string, { changeset, up: { part } }: Migration): Span {
  if (changeset !== undefined) return changeset.node.at;
  const marker = text.lastIndexOf("\n", text.slice(0, part.start).trimEnd().length - 1) + 1;
  return { start: marker, end: part.end };
}

/** So has each of the last changesets. */
function hasFileOfItsOwn({ migrations }: History, last: Migration): boolean {
  const isAlone = ({ up: { path } }: Migration): boolean =>
    migrations.filter(({ up }) => up.path === path).length === 1;
  const others = migrations.slice(0, last.index).slice(-2);
  return isAlone(last) && others.length > 0 && others.every(isAlone);
}

/** A file named after the last one's, which the changelog runs that runs that one. */
function inNewFile(
  { fs, history, last, words, now }: MigrationSource,
  like: string,
  changeset: string,
  name: string,
): WrittenMigration {
  const { path } = last.up;
  const next = nextName(numbered(baseName(path)), below(history, path), words, now);
  const file = next && join(history.root, next.file);
  const text = file && changelogLike(like, path, changeset);
  if (file === undefined || text === undefined)
    throw new UserError(`can't name a changelog after ${path}`, {
      hint: "its name has no number or time that could be continued: write the file by hand",
    });
  if (fs.read(file) !== undefined) throw new UserError(`${file} exists already`);
  return { file, label: file, name, texts: { [file]: text, ...including(fs, history, path, file) } };
}

function numbered(base: string): Pick<Migration, "version" | "description" | "name"> {
  const [, version, description = ""] = /(\d+(?:[._-]\d+)*)(?:[-_. ]+([A-Za-z].*))?\.\w+$/.exec(base) ?? [];
  return { version, description, name: base };
}

/** The changelog that names the file of the last changeset; where it takes all of a folder, there is none. */
function including(
  fs: FileSystem,
  { root }: History,
  path: string,
  file: string,
): Readonly<Record<string, string>> {
  for (const folder of ancestors(path).slice(1)) {
    for (const name of fs.list(folder)) {
      const changelog = join(folder, name);
      const language = name.endsWith("/") ? undefined : changelogLanguage(name);
      const text = language === undefined || language === "sql" ? undefined : fs.read(changelog);
      const grown =
        text?.includes(baseName(path)) === true ? withInclude(text, changelog, path, file) : undefined;
      if (grown !== undefined) return { [changelog]: grown };
    }
    if (folder === root) break;
  }
  return {};
}
