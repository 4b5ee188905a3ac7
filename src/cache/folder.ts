/** Where what is kept lies: in the user's cache folder, a folder for each project. */
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { digestOf } from "./digest.ts";
import { folderStore, type Store } from "./store.ts";

/** Of a project that wasn't linted for so long, nothing is kept: 60 days. */
const longestUnused = 60 * 86_400_000;

/**
 * @param own ddlint's folder in the user's cache folder, which nobody else can write to
 * @param root the project's folder; what lies in it may be anybody's, so no cache there is used
 */
export function projectStore(
  own: string,
  root: string,
  report?: (problem: unknown) => void,
): Store | undefined {
  if (!relative(root, own).startsWith("..")) return undefined;
  const histories = join(own, "histories");
  const folder = join(histories, digestOf(root));
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      forgetUnused(histories);
    }
  } catch (error) {
    report?.(error);
    return undefined;
  }
  return folderStore(folder, report);
}

function forgetUnused(histories: string): void {
  const limit = Date.now() - longestUnused;
  for (const name of readdirSync(histories)) {
    const folder = join(histories, name);
    if (lstatSync(folder).mtimeMs < limit) rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes all that is kept, of all projects. */
export function cleanCache(own: string): void {
  for (const name of ["histories", "code"]) rmSync(join(own, name), { recursive: true, force: true });
}
