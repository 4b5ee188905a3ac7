/** A migration in code as a file of its tool, named after the last one; or a changeset in a changelog. */
import { UserError } from "../config/user-error.ts";
import { codeWriter, type CodeStatements } from "../plan/new-code.ts";
import { below } from "../plan/new-text.ts";
import { nextName } from "../plan/next-name.ts";
import { toolNamed } from "../project/known-tools.ts";
import type { History, Migration } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import type { Tool } from "../project/tool.ts";
import { isChangeset, newChangeset, type MigrationSource, type WrittenMigration } from "./new-changesets.ts";

/**
 * Behind the last one.
 *
 * @param given undefined: it waits for its statements
 * @param place which of the migrations that are written together it is, from 1
 * @throws UserError if the tool's files aren't known, or it can't be named
 */
export function writtenMigration(
  source: MigrationSource,
  given: CodeStatements | undefined,
  before: readonly string[],
  place: number,
): WrittenMigration {
  const { fs, history, last, words, title, now } = source;
  if (isChangeset(history, last)) return newChangeset(source, given, before);
  const tool = toolNamed(history.tool);
  const writer = codeWriter(last.up, tool);
  if (writer === undefined)
    throw new UserError(`${last.up.path} is code: ddlint doesn't know how its tool writes a file`, {
      hint: `make it with the generator of ${history.tool}, then let "ddlint rollback" write its way back`,
    });
  const next = namedAfter(last, history, tool, words, now);
  const file = join(history.root, next.file);
  if (fs.read(file) !== undefined) throw new UserError(`${file} exists already`);
  const text = writer({ ...next, title, after: last.up.code?.unit, place, now }, given, before);
  return { file, label: file, name: undefined, texts: { [file]: text } };
}

interface Named {
  /** Below the root. */
  readonly file: string;
  /** Without folder and ending. */
  readonly name: string;
  readonly version: string;
}

function namedAfter(last: Migration, history: History, tool: Tool, words: string, now: Date): Named {
  const path = below(history, last.up.path);
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const given = tool.newName?.(path.slice(folder.length), last.up.code?.unit, words, now);
  const next = given === undefined ? nextName(last, path, words, now) : { file: folder + given, version: "" };
  if (next === undefined)
    throw new UserError(`can't name a migration after ${last.up.path}`, {
      hint: /[a-z0-9]/i.test(words)
        ? "its name has no number or time that could be continued"
        : "give words of letters and digits",
    });
  return { file: next.file, name: stem(next.file), version: next.version };
}

/** Of a file: without folder and ending. */
export const stem = (file: string): string =>
  file.slice(file.lastIndexOf("/") + 1).replace(/(?:\.\w+){1,2}$/, "");

/**
 * As the tool reads what was written.
 *
 * @throws UserError if the tool doesn't take it for its last migration
 */
export function readBack(
  after: History | undefined,
  { file, name }: WrittenMigration,
  { tool, inGraph }: History,
): Migration {
  const problem = after?.problems.find(({ path }) => path === file);
  const read = after?.migrations.find(
    (one) => one.up.path === file && (name === undefined || one.name === name),
  );
  const isLast = inGraph === true || after?.migrations.findLast(({ kind }) => kind === "versioned") === read;
  if (read !== undefined && isLast && problem === undefined) return read;
  throw new UserError(`can't add ${file}: ${problem?.message ?? `${tool} wouldn't run it last`}`, {
    hint: "make it with the tool's own generator",
  });
}
