/** What a project's run has found and not read. */
import type { Beside, UnreadHistory } from "../lint/coverage.ts";
import type { Changes } from "../project/git/changes.ts";
import type { AnyHistory, FileSystem, History } from "../project/migration.ts";
import { isWithin, parentOf } from "../project/files/paths.ts";
import { uncheckedChanges, uncheckedFiles, uncheckedFolders } from "../project/left-out/unchecked.ts";
import { foldersBelow, readFolders, unreadFolders, type Folders } from "../project/left-out/unread.ts";

interface Asked {
  /** Files and folders; empty: the whole project. */
  readonly paths: readonly string[];
  /** Folders that the configuration names instead. */
  readonly stated: readonly string[] | undefined;
  readonly changes: Changes | undefined;
}

/** Histories of other databases, folders in other languages, and files in no history, as far as they were asked for. */
export function besideThem(
  fs: FileSystem,
  histories: readonly History[],
  leftOut: readonly AnyHistory[],
  { paths, stated, changes }: Asked,
): Beside {
  const asked = paths.length === 0 ? (stated ?? ["."]) : paths.filter((path) => fs.list(path).length > 0);
  const isAsked = (path: string): boolean => asked.some((folder) => isWithin(folder, path));
  if (asked.length === 0) return { leftOut };
  const all = [...histories, ...leftOut];
  const below = [...foldersBelow(fs)];
  if (changes === undefined)
    return {
      leftOut,
      folders: foldersBeside(fs, all, below).filter(({ root }) => isAsked(root)),
      files: [
        ...histories.flatMap((history) => uncheckedFiles(fs, history)),
        ...(histories.length === 0
          ? []
          : uncheckedFolders(fs, all, below).filter(({ path }) => isAsked(path))),
      ],
    };
  const changed = new Set(changes.files.map(parentOf));
  return {
    leftOut: leftOut.filter(({ root }) => changes.files.some((path) => isWithin(root, path))),
    folders: foldersBeside(fs, all, below).filter(
      ({ root }) => (changed.has(root) || changes.files.includes(root)) && isAsked(root),
    ),
    files: uncheckedChanges(fs, all, changes).filter(({ path }) => isAsked(path)),
  };
}

function foldersBeside(
  fs: FileSystem,
  histories: readonly AnyHistory[],
  below: Folders,
): readonly UnreadHistory[] {
  const isRead = readFolders(histories);
  return unreadFolders(fs, below).flatMap(({ root, what, files }) =>
    isRead(root) ? [] : [{ root, what, migrations: files }],
  );
}
