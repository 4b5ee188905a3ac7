/** Which ddlint to run. */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/**
 * The one that is set, or the one in a folder's node_modules; undefined: there is none. Its launcher is run by the
 * editor's own Node, so that none needs to be on the path of an editor that wasn't started from a shell.
 */
export function findServer(folders, path, windows = process.platform === "win32") {
  const [first] = folders;
  if (path) {
    const full = isAbsolute(path) || first === undefined ? path : join(first, path);
    const isModule = /\.[cm]?js$/.test(full);
    return { path: full, isModule, folder: first, needsShell: windows && /\.(?:cmd|bat)$/i.test(full) };
  }
  for (const folder of folders) {
    const launcher = join(folder, "node_modules", "ddlint", "bin", "ddlint.cjs");
    if (existsSync(launcher)) return { path: launcher, isModule: true, folder, needsShell: false };
  }
  return undefined;
}
