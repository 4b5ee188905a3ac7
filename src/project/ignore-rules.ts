/**
 * The part of `.gitignore` that excludes folders: names and paths with `*`, `!` and a leading or inner slash.
 * Patterns with `?`, `[…]` or an inner `**` are left out: not skipping a folder only costs time.
 */
import type { FileSystem } from "./migration.ts";
import { isWithin, join, segments } from "./paths.ts";

interface Pattern {
  readonly parts: readonly string[];
  /** Matches from the folder of the file only, not at any depth. */
  readonly anchored: boolean;
  readonly negated: boolean;
}

/** Says whether the `.gitignore` of `folder` excludes a folder below it. */
export function ignoreRules(fs: FileSystem, folder: string): (path: string) => boolean {
  const text = fs.read(join(folder, ".gitignore"));
  const patterns = (text ?? "").slice(0, 65536).split("\n").flatMap(readPattern);
  if (patterns.length === 0) return () => false;
  const above = segments(folder).length;
  return (path) => {
    if (!isWithin(folder, path)) return false;
    const below = segments(path).slice(above);
    let ignored = false;
    for (const pattern of patterns) if (matches(pattern, below)) ignored = !pattern.negated;
    return ignored;
  };
}

function readPattern(line: string): Pattern[] {
  let pattern = line.trim();
  if (pattern === "" || pattern.startsWith("#")) return [];
  const negated = pattern.startsWith("!");
  if (negated) pattern = pattern.slice(1);
  pattern = pattern.replace(/\/\*?\*?$/, "");
  const floats = pattern.startsWith("**/");
  if (floats) pattern = pattern.slice(3);
  const anchored = !floats && pattern.includes("/");
  const parts = segments(pattern);
  if (parts.length === 0 || parts.length > 20 || /[?[\]\\]|\*\*/.test(pattern)) return [];
  return [{ parts, anchored, negated }];
}

/** Compares with the end of the path: what lies above was asked for before. */
function matches(pattern: Pattern, path: readonly string[]): boolean {
  if (pattern.anchored ? path.length !== pattern.parts.length : path.length < pattern.parts.length)
    return false;
  const tail = path.slice(path.length - pattern.parts.length);
  return pattern.parts.every((part, i) => matchesStars(part, tail[i] ?? ""));
}

/** `*` stands for any characters; the leftmost fit of each piece is enough, so there is no backtracking. */
function matchesStars(pattern: string, name: string): boolean {
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
