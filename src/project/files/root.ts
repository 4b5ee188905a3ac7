/** Where a project begins. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A folder and those above it, as far as its git work tree goes; outside of one up to the root of the disk. */
export function* foldersOfProject(folder: string): Generator<string> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    yield at;
    if (isTop(at) || dirname(at) === at) return;
  }
}

/** The top of the git work tree around a folder, without links; undefined: it is in none. */
export function workTreeTop(folder: string): string | undefined {
  try {
    return [...foldersOfProject(realpathSync.native(folder))].findLast(isTop);
  } catch {
    // There is no such folder.
    return undefined;
  }
}

/** The folder of a project that nobody has stated: the top of its work tree, else the folder itself. */
export const rootAround = (folder: string): string => workTreeTop(folder) ?? folder;

/** It holds a folder `.git`, or in linked work trees and submodules a file. Git takes neither into a commit. */
const isTop = (folder: string): boolean => existsSync(join(folder, ".git"));
