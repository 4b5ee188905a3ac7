/** Go programs embed the migrations that they run: what only a test embeds, or only its neighbour, isn't run. */
import { compileGlob } from "../text/glob.ts";
import type { AnyHistory, FileSystem } from "./migration.ts";
import { ancestors, join, parentOf, relative } from "./paths.ts";

/** So far above a folder, and so many files in each folder, programs are looked for. */
const levels = 4;
const mostFiles = 60;

/** Histories that no program runs, with what says so. */
export function unusedAmong(
  fs: FileSystem,
  histories: readonly AnyHistory[],
): ReadonlyMap<AnyHistory, string> {
  const programs = new Map(histories.map((history) => [history, embedding(fs, history)]));
  const unused = new Map<AnyHistory, string>();
  for (const [history, own] of programs) {
    if (own.some((path) => !isTest(path))) continue;
    const [test] = own;
    const neighbour = histories.find(
      (other) =>
        other.root !== history.root &&
        parentOf(other.root) === parentOf(history.root) &&
        other.dialect === history.dialect &&
        programs.get(other)?.some((path) => !isTest(path)) === true,
    );
    const program = neighbour && programs.get(neighbour)?.find((path) => !isTest(path));
    if (test !== undefined) unused.set(history, `only ${test} embeds it`);
    else if (program !== undefined) unused.set(history, `${program} embeds the folder beside it alone`);
  }
  return unused;
}

const isTest = (path: string): boolean => path.endsWith("_test.go");

/** The Go files near above the history that embed its first migration. */
function embedding(fs: FileSystem, { root, migrations }: AnyHistory): readonly string[] {
  const first = migrations[0]?.up.path;
  if (first === undefined) return [];
  return ancestors(root, levels).flatMap((folder) =>
    fs
      .list(folder)
      .filter((name) => name.endsWith(".go"))
      .slice(0, mostFiles)
      .map((name) => join(folder, name))
      .filter((path) => embeds(fs.read(path) ?? "", relative(folder, first))),
  );
}

/** True if a `//go:embed` of the program's text names `file`, or a folder above it. */
function embeds(text: string, file: string): boolean {
  if (!text.includes("//go:embed")) return false;
  for (const [, patterns = ""] of text.matchAll(/^[ \t]*\/\/go:embed[ \t]+([^\r\n]{1,500})/gm)) {
    const named = patterns.split(/\s+/).map((pattern) => pattern.replace(/^all:/, "").replace(/["`]/g, ""));
    if (named.some((pattern) => pattern !== "" && isNamed(pattern, file))) return true;
  }
  return false;
}

/** A pattern of Go's names a file, or a folder with all that lies in it. */
function isNamed(pattern: string, file: string): boolean {
  const depth = pattern.split("/").length;
  return compileGlob(pattern)(file.split("/").slice(0, depth).join("/"));
}
