/** The ways to files: a disk, a map, and a map laid over either. */
import { resolve } from "node:path";
import { openDisk, type Answer, type DiskOptions, type Entry } from "./disk.ts";
import { searchRoots, type FileSystem, type Refusal } from "../migration.ts";
import { compareText, join } from "./paths.ts";
import { rootAround } from "./root.ts";

/** A text that is needed and can't be had, though its file is known: without it, findings would be wrong. */
export class UnreadableError extends Error {}

/** What of the disk may be read beside the project. Paths are absolute, or relative to the working directory. */
export type Reach = Partial<DiskOptions>;

/**
 * Files below `cwd`, or absolute paths as given, as far as `openDisk` lets them be read. Default of `root`: the top of
 * the work tree around `cwd`, else `cwd`. Links to folders are not followed, so no walk is endless.
 */
export function nodeFileSystem(cwd: string, { root, paths = [], files = [] }: Reach = {}): FileSystem {
  const absolute = (path: string): string => resolve(cwd, path);
  const disk = openDisk({
    root: root ?? rootAround(cwd),
    paths: paths.map(absolute),
    files: files.map(absolute),
  });
  const refused = new Map<string, Refusal>();
  /** What isn't read for its name, by folder: reading another file doesn't take it back. */
  const odd = new Map<string, ReadonlyMap<string, Refusal>>();
  return {
    read(path) {
      const answer = disk.text(absolute(path));
      note(path, answer, false);
      return answer.is === "there" ? answer.value : undefined;
    },
    list(folder) {
      const full = absolute(folder);
      const answer = disk.entries(full);
      note(folder, answer, true);
      odd.delete(join(folder));
      if (answer.is !== "there") return [];
      const own = oddOf(folder, answer.value);
      if (own.size > 0) odd.set(join(folder), own);
      const names = answer.value.flatMap((entry) => {
        if (entry.isFolder) return entry.odd === undefined ? [`${entry.name}/`] : [];
        // What is no file is named all the same, so that reading it says why it can't be read.
        return entry.isFile || isWorthReading(resolve(full, entry.name)) ? [entry.name] : [];
      });
      return [...new Set(names)].sort(compareText);
    },
    folder: () => cwd,
    stamp: (path) => disk.stamp(absolute(path)),
    refused: () => new Map([...refused, ...[...odd.values()].flatMap((own) => [...own])]),
  };

  function note(path: string, answer: Answer<unknown>, isFolder: boolean): void {
    const key = join(path);
    if (answer.is === "refused") refused.set(key, { because: answer.because, isFolder });
    else if (refused.get(key)?.isFolder === isFolder) refused.delete(key);
  }

  /** Not a link to a folder, and not the lock that an editor keeps beside a file (`.#x.sql`). */
  function isWorthReading(path: string): boolean {
    return !/[\\/]\.[^\\/]*$/.test(path) && !disk.isFolder(path);
  }
}

/** No layout asks for some of these, but the tool may run them. */
const oddOf = (folder: string, entries: readonly Entry[]): ReadonlyMap<string, Refusal> =>
  new Map(
    entries.flatMap(({ name, odd, isFolder }) =>
      odd === undefined ? [] : [[join(folder, name), { because: odd.because, isFolder }] as const],
    ),
  );

/**
 * Files given as path → text, relative or absolute: findings name them as they are given. `unreadable`: files that are
 * there and can't be read, as path → reason.
 */
export function memoryFileSystem(
  files: Readonly<Record<string, string>>,
  unreadable: Readonly<Record<string, string>> = {},
): FileSystem {
  const texts = new Map<string, string>();
  const folders = new Map<string, Set<string>>();
  const refused = new Map(
    Object.entries(unreadable).map(([name, because]) => [join(name), { because, isFolder: false }] as const),
  );
  for (const [name, text] of Object.entries(files)) texts.set(join(name), text);
  for (const path of [...texts.keys(), ...refused.keys()]) {
    const absolute = path.startsWith("/");
    const parts = path.split("/").filter((part) => part !== "");
    let folder = absolute ? "/" : ".";
    for (const [index, part] of parts.entries()) {
      const isFile = index === parts.length - 1;
      const names = folders.get(folder) ?? new Set<string>();
      folders.set(folder, names.add(isFile ? part : `${part}/`));
      folder = join(folder, part);
    }
  }
  return {
    read: (path) => texts.get(join(path)),
    list: (folder) => [...(folders.get(join(folder)) ?? [])].sort(compareText),
    roots: () => (folders.has("/") ? [".", "/"] : ["."]),
    refused: () => refused,
  };
}

const nothingRefused: ReadonlyMap<string, Refusal> = new Map();

/** `files` (editor buffers) shown instead of, or beside, what `base` has. */
export function overlay(base: FileSystem, files: Readonly<Record<string, string>>): FileSystem {
  const top = memoryFileSystem(files);
  return {
    read: (path) => top.read(path) ?? base.read(path),
    list: (folder) => [...new Set([...base.list(folder), ...top.list(folder)])].sort(compareText),
    roots: () => searchRoots(base),
    folder: () => base.folder?.(),
    refused: () => base.refused?.() ?? nothingRefused,
  };
}
