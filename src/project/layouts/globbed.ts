/** A data source whose pattern enters folders, `migrations: ["src/migrations/**\/*.ts"]`: what lies in all of them is one history. */
import { dialectWord } from "../../model/database-words.ts";
import { filesBelow } from "../files/files-below.ts";
import { ancestors, isWithin, join, parentOf } from "../files/paths.ts";
import type { FileSystem } from "../migration.ts";

const settings = /^[\w.-]*(?:config|data-?source|app\.module|database\.module)[\w.-]*\.[cm]?[jt]s$/i;
const mostSettings = 60;
const mostFiles = 5000;
const longest = 65_536;

/** What stands behind `migrations:`, up to the end of its list or line. */
const migrations = /\bmigrations["']?[ \t]*:[ \t]*(\[[^\]]{1,2000}\]|["'`][^\n]{1,300})/g;
/** Between the parts that `path.join` is given. */
const partsApart = /["'`]\s*[,+]\s*["'`]/g;
const entering = /["'`]([^"'`\n]{1,200}?)\/\*\*\/\*[^"'`\n/]{0,60}["'`]/g;
const compiled = /^(?:\.\/)?(?:dist|build|out)\//;

/** The folder that such a pattern names around `folder`, with its files of code as paths from there. */
export interface Globbed {
  readonly base: string;
  readonly files: readonly string[];
}

const known = new WeakMap<FileSystem, Map<string, readonly Globbed[]>>();

/** Undefined: no settings above name a folder around this one, or all files lie in that folder itself. */
export function globbedAround(fs: FileSystem, folder: string): Globbed | undefined {
  const before = known.get(fs) ?? new Map<string, readonly Globbed[]>();
  known.set(fs, before);
  for (const home of ancestors(folder)) {
    const all = before.get(home) ?? globbedBy(fs, home);
    before.set(home, all);
    const found = all.find(({ base }) => isWithin(base, folder));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the settings in the folder name. */
function globbedBy(fs: FileSystem, home: string): readonly Globbed[] {
  const names = fs.list(home).filter((name) => settings.test(name));
  return names.slice(0, mostSettings).flatMap((name) => {
    const text = (fs.read(join(home, name)) ?? "").slice(0, longest);
    if (!/typeorm/i.test(text) && !/\bDataSource\b/.test(text)) return [];
    // Parts of one path, or several paths of a list.
    const paths = Array.from(text.matchAll(migrations), ([, list = ""]) => list).flatMap((list) => [
      list,
      list.replaceAll(partsApart, "/"),
    ]);
    return paths
      .flatMap((list) => Array.from(list.matchAll(entering), ([, path = ""]) => path))
      .flatMap((path) => placesOf(fs, home, path))
      .flatMap((base) => filesIn(fs, base) ?? []);
  });
}

/** Seen from the settings, or from the folder in which the program starts; of what is compiled, the source. */
function placesOf(fs: FileSystem, home: string, written: string): readonly string[] {
  const path = written.replace(/^\$\{__dirname\}/, "").replace(/^\/+/, "");
  if (/[${*]/.test(path)) return [];
  const source = path.replace(compiled, "");
  const ways = source === path ? [path] : [source, join("src", source)];
  const from = [home, ...ancestors(parentOf(home) ?? ".").slice(0, 3)];
  return from
    .flatMap((start) => ways.map((way) => join(start, way)).filter((one) => isFolder(fs, one)))
    .slice(0, 1);
}

const isFolder = (fs: FileSystem, path: string): boolean =>
  path !== "." && !path.startsWith("..") && fs.list(path).length > 0;

function filesIn(fs: FileSystem, base: string): Globbed | undefined {
  // No data source runs what is for several servers.
  if (fs.list(base).some((name) => dialectWord(name.replace(/\/$/, "")) !== undefined)) return undefined;
  const files = filesBelow(fs, base, ".")
    .map((file) => file.slice(2))
    .filter((file) => /(?<!\.d)\.[cm]?[jt]s$/.test(file));
  return files.length > mostFiles || !files.some((file) => file.includes("/")) ? undefined : { base, files };
}
