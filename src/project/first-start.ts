/**
 * Files that a container of the database runs at its first start: `docker-entrypoint-initdb.d` is read where the data folder
 * is empty, and never again.
 */
import type { AnyHistory, FileSystem } from "./migration.ts";
import { ancestors, isWithin, join, parentOf } from "./files/paths.ts";
import { namesIn, tablesMade } from "./sql-words.ts";

const place = "/docker-entrypoint-initdb.d";
const files =
  /^(?:(?:docker-)?compose[\w.-]{0,40}\.ya?ml|(?:[\w.-]{1,60}\.)?Dockerfile(?:\.[\w.-]{1,60})?|Makefile|package\.json)$/i;
const folders = ["", "docker", "deploy", ".docker", "scripts", ".devcontainer"];
const mostFiles = 40;

/** `./db:/docker-entrypoint-initdb.d:ro`, `-v "$PWD/db/1.sql":/docker-entrypoint-initdb.d/1.sql`. */
const mounts = /([\w.${}()/-]{1,200})["']?:["']?\/docker-entrypoint-initdb\.d\b/g;
/** `COPY db/*.sql /docker-entrypoint-initdb.d/`. */
const copies =
  /^[ \t]*(?:COPY|ADD)[ \t]+(?:--\S+[ \t]+)*([^\n]{1,400}?)[ \t]+["']?\/docker-entrypoint-initdb\.d\b/gim;
/** The long form of a volume. */
const sources =
  /\bsource:[ \t]*["']?([\w.${}/-]{1,200})["']?[ \t]*\r?\n[^\n]*\btarget:[ \t]*["']?\/docker-entrypoint-initdb\.d\b/g;

/** The file that has a container run all of these migrations, and nothing but them, when it first starts. */
export function firstStart(
  fs: FileSystem,
  { root, migrations }: Pick<AnyHistory, "root" | "migrations">,
): string | undefined {
  const path = mounting(fs, root, migrations);
  // Read last: most folders are mounted nowhere.
  return path === undefined || changesEarlier(migrations.map(({ up }) => up.text)) ? undefined : path;
}

/**
 * The file that has a container run some of these migrations by their names, and leaves one out before the last of them:
 * the order of the names is that of no database.
 */
export function pickedAtStart(
  fs: FileSystem,
  { root, migrations }: Pick<AnyHistory, "root" | "migrations">,
): string | undefined {
  return migrations.length === 0
    ? undefined
    : mountings(fs, root).find(({ mounted }) => {
        const isRun = migrations.map(({ up }) => mounted.some((source) => runs(source, up.path)));
        return isRun.lastIndexOf(true) > isRun.indexOf(false) && isRun.includes(false);
      })?.path;
}

function mounting(fs: FileSystem, root: string, migrations: AnyHistory["migrations"]): string | undefined {
  if (migrations.length === 0) return undefined;
  return mountings(fs, root).find(({ mounted }) =>
    migrations.every(({ up }) => mounted.some((source) => runs(source, up.path))),
  )?.path;
}

interface Mounting {
  readonly path: string;
  readonly mounted: readonly string[];
}

function mountings(fs: FileSystem, root: string): readonly Mounting[] {
  const found: Mounting[] = [];
  for (const home of ancestors(root, 5))
    for (const folder of folders) {
      const names = fs.list(join(home, folder)).filter((name) => files.test(name));
      for (const name of names.slice(0, mostFiles)) {
        const path = join(home, folder, name);
        const text = (fs.read(path) ?? "").slice(0, 65_536);
        if (!text.includes(place)) continue;
        const mounted = mountedIn(text).flatMap((one) => [join(home, folder, one), join(home, one)]);
        found.push({ path, mounted });
      }
    }
  return found;
}

const alters = /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?([\w."`]{1,150})/gi;

/** A file alters a table of an earlier one: they were written for a database that was there, whatever mounts them. */
function changesEarlier(texts: readonly string[]): boolean {
  const earlier = new Set<string>();
  return texts.some((text) => {
    const own = new Set(tablesMade(text));
    const isChanged = namesIn(text, alters).some((name) => earlier.has(name) && !own.has(name));
    for (const name of own) earlier.add(name);
    return isChanged;
  });
}

/** What is put into the folder, as written: folders, files, names with a `*`. */
const mountedIn = (text: string): readonly string[] =>
  [
    ...Array.from(text.matchAll(mounts), ([, source = ""]) => source),
    ...Array.from(text.matchAll(sources), ([, source = ""]) => source),
    ...Array.from(text.matchAll(copies), ([, all = ""]) => all.split(/[ \t]+/)).flat(),
  ].flatMap((source) => {
    const bare = source.replace(/^(?:\$\{?\(?PWD\)?\}?|\$\(pwd\)|\$\(CURDIR\))\//, "").replace(/["']/g, "");
    return bare === "" || /^[/$]/.test(bare) ? [] : [bare];
  });

/** The container runs what lies in the folder itself, not below it. */
function runs(source: string, path: string): boolean {
  if (source === path || parentOf(path) === source) return true;
  const [folder = "", rest] = source.split("*", 2);
  return (
    rest !== undefined &&
    !rest.includes("/") &&
    path.endsWith(rest) &&
    isWithin(parentOf(source) ?? ".", path) &&
    path.startsWith(folder)
  );
}
