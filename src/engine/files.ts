/** The files that a run may see, and what is found among them before anything is read as SQL. */
import type { Facts } from "../project/facts.ts";
import { nodeFileSystem } from "../project/files/file-system.ts";
import type { FileSystem, History } from "../project/migration.ts";
import { join } from "../project/files/paths.ts";
import { remembered } from "../project/files/remembered.ts";
import { ignoredRoots } from "../project/discover.ts";
import { mostSqlFiles, unreadFile, unreadFolders, type UnreadFolder } from "../project/left-out/unread.ts";
import { openHistories, writable } from "./open.ts";

export interface FileOptions {
  /** Paths are shown relative to it. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /**
   * The project's folder: of the disk nothing else is read but `paths`, and the files that `facts` name. Default: the top
   * of the git work tree around `cwd`, else `cwd`.
   */
  readonly root?: string | undefined;
  /** A folder is searched for histories; a file restricts what is reported. Default: all of `cwd`. */
  readonly paths?: readonly string[] | undefined;
  readonly facts?: Facts | undefined;
  /** Default: the disk. Paths are those of this file system, and `cwd` changes nothing about them. */
  readonly fs?: FileSystem | undefined;
}

/** The files that a run may see, each read once. */
export function openFiles({ cwd = process.cwd(), root, paths, facts = {}, fs }: FileOptions): FileSystem {
  const named = [facts, ...Object.values(facts.folders ?? {})].flatMap(({ schema, stats }) => [
    schema,
    stats,
  ]);
  const files = named.filter((path) => path !== undefined);
  return remembered(fs ?? nodeFileSystem(cwd, { root, paths, files }));
}

/** The histories below the paths, read but not linted. */
export function findHistories(options: FileOptions = {}): readonly History[] {
  const { paths = [], facts = {} } = options;
  const files = openFiles(options);
  return writable(
    openHistories(
      files,
      paths.map((path) => join(path)),
      facts,
    ),
  );
}

/** Folders of migrations that can't be read, whatever `findHistories` finds: what is missing where it finds none. */
export const findUnread = (options: FileOptions = {}): readonly UnreadFolder[] =>
  unreadFolders(openFiles(options));

/** What a single file is, if it is a migration in a language or of a tool that isn't read. */
export const unreadKind = (path: string, options: FileOptions = {}): UnreadFolder | undefined =>
  unreadFile(openFiles(options), join(path));

/** The folder with the most SQL files: one to name where none was found by itself. */
export const likelyFolder = (options: FileOptions = {}): string | undefined =>
  mostSqlFiles(openFiles(options))?.root;

/** A folder of migrations that `.gitignore` excludes; git may follow files there. */
export const ignoredFolder = (options: FileOptions = {}): string | undefined =>
  ignoredRoots(openFiles(options))[0];
