/** Go programs embed the migrations that they run: what only a test embeds, or only its neighbour, isn't run. */
import { compileGlob } from "../../text/glob.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ancestors, join, parentOf, relative } from "../files/paths.ts";

/** So far above a folder, and so many files in each folder, programs are looked for. */
const levels = 4;
const mostFiles = 60;

/** Histories that no program runs, with what says so. */
function unusedAmong(fs: FileSystem, histories: readonly AnyHistory[]): ReadonlyMap<AnyHistory, string> {
  const programs = programsOf(fs);
  /** By the folder around the histories and their database: one that is embedded, and the program. */
  const embedded = new Map<string, { readonly root: string; readonly program: string }>();
  const others: { readonly history: AnyHistory; readonly test: string | undefined }[] = [];
  for (const history of histories) {
    const own = embedding(programs, history);
    const program = own.find((path) => !isTest(path));
    if (program === undefined) others.push({ history, test: own[0] });
    else if (!embedded.has(placeOf(history))) embedded.set(placeOf(history), { root: history.root, program });
  }
  const unused = new Map<AnyHistory, string>();
  for (const { history, test } of others) {
    const beside = embedded.get(placeOf(history));
    if (test !== undefined) unused.set(history, `only ${test} embeds it`);
    else if (beside !== undefined && beside.root !== history.root)
      unused.set(history, `${beside.program} embeds the folder beside it alone`);
  }
  return unused;
}

/** What no program runs is no history; where there is nothing else, it is what the user wants to see. */
export function dropUnused(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  const unused = unusedAmong(fs, [...histories.values()]);
  if (unused.size === 0 || unused.size === histories.size) return;
  for (const [key, history] of histories) if (unused.has(history)) histories.delete(key);
  const [[key, first] = []] = histories;
  if (key === undefined || first === undefined) return;
  const says = [...unused].map(([{ root }, because]) => `${root} is left out: ${because}`);
  histories.set(key, { ...first, evidence: [...first.evidence, ...new Set(says)] });
}

const placeOf = ({ root, dialect }: AnyHistory): string => `${dialect} ${parentOf(root) ?? ""}`;

const isTest = (path: string): boolean => path.endsWith("_test.go");

interface Program {
  readonly path: string;
  readonly text: string;
}

/** The Go files of a folder that embed files, each read once. */
function programsOf(fs: FileSystem): (folder: string) => readonly Program[] {
  const known = new Map<string, readonly Program[]>();
  return (folder) => {
    const own =
      known.get(folder) ??
      fs
        .list(folder)
        .filter((name) => name.endsWith(".go"))
        .slice(0, mostFiles)
        .map((name) => join(folder, name))
        .map((path) => ({ path, text: fs.read(path) ?? "" }))
        .filter(({ text }) => text.includes("//go:embed"));
    known.set(folder, own);
    return own;
  };
}

/** The Go files near above the history that embed its first migration. */
function embedding(
  programsIn: (folder: string) => readonly Program[],
  { root, migrations }: AnyHistory,
): readonly string[] {
  const first = migrations[0]?.up.path;
  if (first === undefined) return [];
  return ancestors(root, levels).flatMap((folder) =>
    programsIn(folder).flatMap(({ path, text }) => (embeds(text, relative(folder, first)) ? [path] : [])),
  );
}

/** True if a `//go:embed` of the program's text names `file`, or a folder above it. */
function embeds(text: string, file: string): boolean {
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
