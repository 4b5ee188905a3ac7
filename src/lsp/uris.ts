/** Addresses as an editor writes them, and paths. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const isWindows = process.platform === "win32";

/** The absolute path of a file's address; undefined for what is no file (`untitled:`, `git:`) or can't be one. */
export function pathOf(uri: string, windows: boolean = isWindows): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    const path = fileURLToPath(uri, { windows });
    // Editors don't agree on the case of a drive's letter.
    return windows ? path.replace(/^[a-z]:/, (drive) => drive.toUpperCase()) : path;
  } catch {
    // A host on a system without shares, or an encoded slash: no file here.
    return undefined;
  }
}

/** The same of a folder, however it is spelt: with a slash at the end or without. */
export function folderOf(uri: string): string | undefined {
  const path = pathOf(uri);
  return path === undefined ? undefined : resolve(path);
}

export const uriOf = (path: string): string => pathToFileURL(path).href;

/** The path from a folder as findings show it; undefined if it lies outside. */
export function within(folder: string, path: string): string | undefined {
  const inner = relative(folder, path);
  if (inner === ".." || inner.startsWith(`..${sep}`) || isAbsolute(inner)) return undefined;
  return inner.replaceAll(sep, "/");
}
