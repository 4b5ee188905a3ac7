/** A program of the project that names the files of the migrations one by one: it runs what it names, in that order. */
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";
import { stemOf } from "./layouts/names.ts";

export interface ProgramList {
  readonly path: string;
  /** Stems of the files that it names, with their places. */
  readonly places: ReadonlyMap<string, number>;
}

/** The program lies beside the files, or so far above them. */
const levels = 3;
const mostInFolder = 60;
const longest = 262_144;
const program =
  /\.(?:[cm]?[jt]sx?|py|go|php|rb|rs|java|kts?|scala|clj[cs]?|exs?|erl|cs|fsx?|swift|dart|hs|ml|cpp|cc|c|h|hpp|lua|pl|zig|nim|cr|gleam)$/;
const noProgram = /\.d\.[cm]?ts$|(?:^|[._-])(?:test|tests|spec)[._-]/i;
/** `"db/sql/0012-add-note.sql"`. */
const named = /["'`/\\]([\w.-]{1,200}\.sql)["'`]/g;

/** The nearest one that names four of five of the files. */
export function programList(fs: FileSystem, root: string, files: readonly string[]): ProgramList | undefined {
  const stems = new Set(files.map(stemOf));
  for (const folder of ancestors(root, levels)) {
    const names = fs.list(folder).filter((name) => program.test(name) && !noProgram.test(name));
    for (const name of names.slice(0, mostInFolder)) {
      const path = join(folder, name);
      const places = placesIn((fs.read(path) ?? "").slice(0, longest), stems);
      if (places.size * 5 >= stems.size * 4) return { path, places };
    }
  }
  return undefined;
}

/** Where each of them is named first. */
function placesIn(text: string, stems: ReadonlySet<string>): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [, name = ""] of text.matchAll(named)) {
    const stem = stemOf(name);
    if (stems.has(stem) && !places.has(stem)) places.set(stem, places.size);
  }
  return places;
}
