/** Files of a folder beside the root: changelogs name folders wherever they lie. */
import type { FileSystem } from "../migration.ts";
import { join } from "./paths.ts";

/** @param shown the folder as the root calls it, before each name */
export const filesBelow = (fs: FileSystem, folder: string, shown: string, depth = 0): readonly string[] =>
  fs.list(folder).flatMap((name) => {
    if (!name.endsWith("/")) return [`${shown}/${name}`];
    const isLeftOut = depth > deepestOutside || name === "node_modules/" || name === ".git/";
    const bare = name.slice(0, -1);
    return isLeftOut ? [] : filesBelow(fs, join(folder, bare), `${shown}/${bare}`, depth + 1);
  });
const deepestOutside = 5;
