/** Gradle's version catalog: which modules `libs.sqlite.jdbc` and `libs.bundles.database` of a build stand for. */
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";

const file = "gradle/libs.versions.toml";
const longest = 65_536;
/** `libs.sqlite.jdbc`; those of plugins and versions are no modules. */
const accessor = /\blibs\.(?!plugins\.|versions\.)(\w{1,80}(?:\.\w{1,80}){0,9})/g;

/** The build's text with the modules themselves, as strings, in the place of what the nearest catalog calls them. */
export function withCatalog(fs: FileSystem, path: string, text: string): string {
  if (!/\blibs\./.test(text)) return text;
  const modules = ancestors(path, 9).map((folder) => modulesIn(fs, join(folder, file)));
  const known = modules.find((one) => one.size > 0);
  return known === undefined
    ? text
    : text.replaceAll(accessor, (whole, name: string) => {
        // `libs.sqlite.jdbc.get()`, and what else may be asked of one.
        const alias = [name, name.replace(/\.\w+$/, "")].map(asKey).find((one) => known.has(one));
        return alias === undefined ? whole : (known.get(alias) ?? []).map((one) => `"${one}"`).join(", ");
      });
}

const catalogs = new WeakMap<FileSystem, Map<string, ReadonlyMap<string, readonly string[]>>>();

function modulesIn(fs: FileSystem, path: string): ReadonlyMap<string, readonly string[]> {
  const all = catalogs.get(fs) ?? new Map<string, ReadonlyMap<string, readonly string[]>>();
  catalogs.set(fs, all);
  const found = all.get(path) ?? read((fs.read(path) ?? "").slice(0, longest));
  all.set(path, found);
  return found;
}

/** `sqlite-jdbc = "org.xerial:sqlite-jdbc:3.47"`, `{ module = "org.xerial:sqlite-jdbc", … }`, `{ group = …, name = … }`. */
function read(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [, key = "", whole, table = ""] of sectionOf(text, "libraries").matchAll(entry)) {
    const [, module] = /\bmodule\s*=\s*["']([^"']+)["']/.exec(table) ?? [];
    const [, group] = /\bgroup\s*=\s*["']([^"']+)["']/.exec(table) ?? [];
    const [, name] = /\bname\s*=\s*["']([^"']+)["']/.exec(table) ?? [];
    const one =
      whole ?? module ?? (group !== undefined && name !== undefined ? `${group}:${name}` : undefined);
    if (one !== undefined) found.set(asKey(key), [one]);
  }
  for (const [, key = "", list = ""] of sectionOf(text, "bundles").matchAll(bundle)) {
    const names = Array.from(list.matchAll(/["']([^"']{1,120})["']/g), ([, name = ""]) => asKey(name));
    found.set(
      asKey(`bundles.${key}`),
      names.flatMap((name) => found.get(name) ?? []),
    );
  }
  return found;
}

const entry = /^[ \t]*([\w-]{1,120})[ \t]*=[ \t]*(?:["']([^"'\n]{1,200})["']|\{([^}]{1,400})\})/gm;
const bundle = /^[ \t]*([\w-]{1,120})[ \t]*=[ \t]*\[([^\]]{0,4000})\]/gm;

const sectionOf = (text: string, name: string): string =>
  text
    .split(/^[ \t]*(?=\[\w+\][ \t]*\r?$)/m)
    .filter((section) => section.startsWith(`[${name}]`))
    .join("\n")
    .replaceAll(/^[ \t]*#.*$/gm, "");

/** To Gradle, `-`, `_` and `.` are one. */
const asKey = (alias: string): string => alias.replaceAll(/[-_.]/g, ".").toLowerCase();
