/** Where Rails looks for the migrations of one database: folders of the application, of its engines and packages. */
import type { FileSystem } from "../migration.ts";
import { ancestors, baseName, isWithin, join, relative } from "../files/paths.ts";

/** The folders that are read together with `folder`, that of the application first; empty: only itself. */
export function classFolders(fs: FileSystem, folder: string): readonly string[] {
  if (!/migrat/i.test(baseName(folder))) return [];
  const app = ancestors(folder).find((one) => isApp(fs, one));
  if (app === undefined) return [];
  const known = paths.get(fs) ?? new Map<string, readonly (readonly string[])[]>();
  paths.set(fs, known);
  const databases = known.get(app) ?? pathsOf(fs, app);
  known.set(app, databases);
  return databases.find((all) => all.includes(folder)) ?? [];
}

/** `db/archived_migrations` beside `db/migrate`: Rails runs it only if a setting names it. */
export function isArchive(fs: FileSystem, folder: string): boolean {
  const name = baseName(folder);
  if (!/^(?:(?:archived?|old)_migrat(?:ions?|e)|migrat(?:ions?|e)_(?:archived?|old))$/.test(name))
    return false;
  const [, parent = "."] = ancestors(folder);
  const [, app = "."] = ancestors(parent);
  if (!isApp(fs, app) || !fs.list(parent).includes("migrate/")) return false;
  const settings = ["config/database.yml", ...settingFiles(fs, app)];
  return !settings.some((file) => fs.read(join(app, file))?.includes(name) === true);
}

const paths = new WeakMap<FileSystem, Map<string, readonly (readonly string[])[]>>();

const isApp = (fs: FileSystem, folder: string): boolean =>
  fs.list(folder).includes("config/") && fs.list(join(folder, "config")).includes("application.rb");

/** For each database of the application its folders. */
function pathsOf(fs: FileSystem, app: string): readonly (readonly string[])[] {
  const stated = migrationsPaths(fs.read(join(app, "config/database.yml")) ?? "");
  const main = ["db/migrate", ...added(fs, app)];
  const databases = stated.some((one) => one.includes("db/migrate"))
    ? stated.map((one) => (one.includes("db/migrate") ? [...one, ...main] : one))
    : [main, ...stated];
  return databases
    .map((one) => [...new Set(one.flatMap((path) => expanded(fs, app, path)))])
    .filter((one) => one.length > 1);
}

/** `migrations_paths: db/animals_migrate`, `migrations_paths: [a, b]`, or a list below it; of each database once. */
function migrationsPaths(yaml: string): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const list = /^[ \t]+migrations_paths:[ \t]*(\[[^\]]*\]|[^\n#]*)((?:\n[ \t]+-[ \t][^\n]*)*)/gm;
  for (const [, inline = "", below = ""] of yaml.slice(0, 65_536).matchAll(list)) {
    const all = [...`${inline}\n${below}`.matchAll(/[\w./*{},-]*\w[\w./*{}-]*/g)].map(([path]) =>
      path.replace(/^[-,]+|,$/g, ""),
    );
    if (all.length > 0) found.set(all.join(), all);
  }
  return [...found.values()];
}

const settingFiles = (fs: FileSystem, app: string): readonly string[] => [
  "config/application.rb",
  ...fs
    .list(join(app, "config/initializers"))
    .filter((name) => name.endsWith(".rb"))
    .map((name) => `config/initializers/${name}`),
];

/** What the application, or an engine of it, adds to `db/migrate`. */
function added(fs: FileSystem, app: string): readonly string[] {
  const own = settingFiles(fs, app).flatMap((file) => addedIn(fs.read(join(app, file)) ?? ""));
  const engines = engineFolders.flatMap((folder) =>
    fs.list(join(app, folder)).flatMap((name) => {
      if (!name.endsWith("/")) return [];
      const engine = `${folder}/${name.slice(0, -1)}`;
      return addsItself(fs, join(app, engine)) ? [`${engine}/db/migrate`] : [];
    }),
  );
  return [...own, ...engines];
}

const engineFolders = ["engines", "components", "packs", "packages", "gems", "modules"];

const appends = /\bpaths(?:\[["']db\/migrate["']\]|\.add\(?[ \t]*["']db\/migrate["'])[^\n]*/g;

/** `config.paths["db/migrate"] << "engines/shop/db/migrate"`, `+= Dir["packs/*\/db/migrate"]` */
function addedIn(ruby: string): readonly string[] {
  const lines = ruby.split("\n").filter((line) => !/^\s*#/.test(line));
  return [...lines.join("\n").matchAll(appends)].flatMap(([line]) =>
    [...line.matchAll(/["']([\w./*{},-]+)["']/g)].flatMap(([, path = ""]) =>
      path === "db/migrate" || !path.includes("/") ? [] : path,
    ),
  );
}

/** Its `engine.rb` adds its folder to the paths of the application that it is mounted in. */
function addsItself(fs: FileSystem, engine: string): boolean {
  const lib = join(engine, "lib");
  return fs.list(lib).some((name) => {
    if (!name.endsWith("/")) return false;
    const inner = join(lib, name.slice(0, -1));
    const files = ["engine.rb", "railtie.rb"];
    const deeper = fs.list(inner).filter((one) => one.endsWith("/"));
    return [inner, ...deeper.map((one) => join(inner, one.slice(0, -1)))].some((folder) =>
      files.some((file) => /\bpaths\[["']db\/migrate["']\]/.test(fs.read(join(folder, file)) ?? "")),
    );
  });
}

const mostFolders = 500;

/** Folders that a path with `*` stands for. */
function expanded(fs: FileSystem, app: string, path: string): readonly string[] {
  let found = [app];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (!/[*{]/.test(part)) {
      found = found.map((folder) => join(folder, part));
      continue;
    }
    const words = part.startsWith("{") ? part.slice(1, -1).split(",") : undefined;
    found = found
      .flatMap((folder) =>
        words === undefined
          ? fs
              .list(folder)
              .filter((name) => name.endsWith("/"))
              .map((name) => join(folder, name.slice(0, -1)))
          : words.map((word) => join(folder, word)),
      )
      .slice(0, mostFolders);
  }
  return found.filter((folder) => isWithin(app, folder) && fs.list(folder).length > 0);
}

/** The part of `config/database.yml` that is about the database with these migrations, with the defaults that it names. */
export const databaseOf = (yaml: string, app: string, root: string): string | undefined =>
  databasesOf(yaml, app, root)[0];

/** One for each environment. */
function databasesOf(yaml: string, app: string, root: string): readonly string[] {
  const path = app === "." ? root : relative(app, root);
  const lines = yaml.slice(0, 65_536).split("\n");
  return lines.flatMap((line, at) => {
    if (!pathIn(line) || !line.split(/[\s"',[\]]+/).includes(path)) return [];
    // An entry of a list below `migrations_paths:`.
    let key = at;
    while (key > 0 && !/^[ \t]+migrations_paths:/.test(lines[key] ?? "")) key--;
    const own = blockAt(lines, key);
    const [, name] = /<<:[ \t]*\*(\w+)/.exec(own) ?? [];
    const named = lines.findIndex((one) => name !== undefined && new RegExp(`&${name}\\b`).test(one));
    return named < 0 ? own : `${own}\n${blockAt(lines, named + 1)}`;
  });
}

/** What `config/database.yml` says of the connection that runs these migrations: nothing runs on a replica. */
export function connectionsOf(yaml: string, app: string, root: string): string {
  const own = databasesOf(yaml, app, root);
  return own.length > 0
    ? own.join("\n")
    : without(withoutOthers(yaml), /^[ \t]+replica:[ \t]*true\b[^\n]*/gm);
}

/** `config/database.yml` without the databases that have folders of their own. */
export const withoutOthers = (yaml: string): string =>
  without(yaml.slice(0, 65_536), /^[ \t]+migrations_paths:[^\n]*/gm);

/** Without the blocks with such a line. */
function without(yaml: string, marked: RegExp): string {
  let rest = yaml;
  for (const [line] of [...rest.matchAll(marked)].slice(0, 50)) {
    const lines = rest.split("\n");
    const at = lines.indexOf(line);
    if (at >= 0) rest = rest.replace(blockAt(lines, at), () => "");
  }
  return rest;
}

const pathIn = (line: string): boolean => /^[ \t]+(?:migrations_paths:|-[ \t])/.test(line);

/** The lines around one that are indented as deep as it is. */
function blockAt(lines: readonly string[], at: number): string {
  const depth = indentOf(lines[at]);
  const isInside = (line = ""): boolean => line.trim() === "" || indentOf(line) >= depth;
  let start = at;
  while (start > 0 && isInside(lines[start - 1])) start--;
  let end = at + 1;
  while (end < lines.length && isInside(lines[end])) end++;
  return lines.slice(start, end).join("\n");
}

const indentOf = (line = ""): number => line.length - line.trimStart().length;
