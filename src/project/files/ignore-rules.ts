/** The folders that a `.gitignore` excludes. */
import ignore from "ignore";
import type { FileSystem } from "../migration.ts";
import { isWithin, join, segments } from "./paths.ts";

/**
 * Patterns with more stars take too long on long names: the library makes regular expressions of them. They are left
 * out, for not skipping a folder only costs time.
 */
const mostStars = 3;

/** Says whether the `.gitignore` of `folder` excludes a folder below it. */
export function ignoreRules(fs: FileSystem, folder: string): (path: string) => boolean {
  const text = fs.read(join(folder, ".gitignore"));
  if (text === undefined) return () => false;
  const patterns = text
    .slice(0, 65536)
    .split(/\r?\n/)
    .filter((line) => line.split(/\*+/).length - 1 <= mostStars);
  const rules = ignore({ ignorecase: false }).add(patterns);
  const above = segments(folder).length;
  return (path) => {
    const below = segments(path).slice(above);
    return isWithin(folder, path) && below.length > 0 && rules.ignores(`${below.join("/")}/`);
  };
}
