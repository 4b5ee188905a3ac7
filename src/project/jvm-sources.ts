/** Sources of a module of the JVM, where its manifest leaves out what it depends on: a version catalog of another project. */
import type { FileSystem } from "./migration.ts";
import { ancestors, join, parentOf, relative } from "./files/paths.ts";

const homes = ["kotlin", "java"];
/** Names of programs that open a database or set up an application. */
const named =
  /flyway|liquibase|migrat|datasource|database|postgres|mysql|(?:^|[^a-z])(?:db|Db|DB)|config|setup|application|^(?:app|main)\./i;
const mostFolders = 400;
const mostFiles = 80;
const longest = 65_536;

/** The module of the JVM that a folder lies in: the nearest folder above with sources. */
export const moduleOf = (fs: FileSystem, folder: string): string | undefined =>
  ancestors(folder, 9).find((one) => fs.list(one).includes("src/"));

/** The source of the module at a folder that says so, among those whose names suggest it: of the program, or of its tests. */
export function jvmSourceWith(
  fs: FileSystem,
  module: string,
  words: RegExp,
  of: "main" | "test" = "main",
): string | undefined {
  const folders = homes.map((home) => join(module, "src", of, home));
  const isMeant = (name: string): boolean =>
    /\.(?:kt|java)$/.test(name) && (of === "test" || named.test(name));
  let files = 0;
  for (let at = 0; at < Math.min(folders.length, mostFolders); at += 1) {
    const folder = folders[at] ?? "";
    for (const name of fs.list(folder)) {
      if (name.endsWith("/")) folders.push(join(folder, name.slice(0, -1)));
      else if (isMeant(name)) {
        const path = join(folder, name);
        if (words.test((fs.read(path) ?? "").slice(0, longest))) return path;
        files += 1;
        if (files >= mostFiles) return undefined;
      }
    }
  }
  return undefined;
}

/** A module of Java finds files of its neighbours by their paths below `resources`. */
export function classPathOf(fs: FileSystem, root: string): readonly string[] {
  const [, module] = /^(.*?)(?:^|\/)src\/(?:main|test)\/resources(?:\/|$)/.exec(root) ?? [];
  const above = module === undefined ? undefined : parentOf(module === "" ? "." : module);
  if (above === undefined) return [];
  return fs.list(above).flatMap((name) => {
    const resources = join(above, name, "src/main/resources");
    return name.endsWith("/") && fs.list(resources).length > 0 ? [relative(root, resources)] : [];
  });
}
