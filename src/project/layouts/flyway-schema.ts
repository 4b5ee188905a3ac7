/** The schema that Flyway's connection or its plugin for Maven is given, where Flyway's own settings name none. */
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../files/paths.ts";
import { folders, inModule, ofConnection, settingsIn } from "./module-settings.ts";

/** `<schemas><schema>sales</schema>`: the first of them is the default one. */
const inPlugin =
  /<artifactId>flyway-maven-plugin<\/artifactId>(?:(?!<\/plugin>)[^]){0,4000}?<(?:defaultSchema|schemas)>\s{0,200}(?:<schema>\s{0,80})?([\w-]{1,63}|\$\{[^{}<]{1,80}\})/;
const inSettings = /^[ \t]*(?:spring\.)?flyway\.(?:default-?schema|schemas)[ \t]*=[ \t]*([^\s,#]{1,80})/gim;

const ofPlugin = (text: string): readonly string[] => inPlugin.exec(text)?.slice(1) ?? [];
const ofSettings = (text: string): readonly string[] =>
  Array.from(text.matchAll(inSettings), ([, name = ""]) => name);
const ofAddress = (text: string): readonly string[] =>
  Array.from(text.matchAll(ofConnection), ([, name, other = ""]) => name ?? other);

/** Its own module comes before those beside it; undefined where the settings name several. */
export function schemaBeside(fs: FileSystem, root: string): string | undefined {
  for (const read of [ofSettings, ofPlugin, ofAddress]) {
    const own = inModule(fs, root, folders, read);
    const [name, ...others] = new Set(own.length > 0 ? own : inSiblings(fs, root, read));
    if (name !== undefined) return others.length === 0 ? name : undefined;
  }
  return undefined;
}

const isBuild = (name: string): boolean => /^(?:pom\.xml|settings\.gradle(?:\.kts)?)$/.test(name);
const mostModules = 40;

/** The program that runs the migrations of one module is often another one: `api` beside `data`. */
function inSiblings(
  fs: FileSystem,
  root: string,
  read: (text: string) => readonly string[],
): readonly string[] {
  const home = ancestors(root, 9).find(
    (folder) => fs.list(folder).some(isBuild) && !fs.list(folder).includes("src/"),
  );
  if (home === undefined) return [];
  const modules = fs.list(home).filter((name) => /^[^.].*\/$/.test(name));
  if (modules.length > mostModules) return [];
  return modules.flatMap((name) => settingsIn(fs, join(home, name.slice(0, -1)), folders).flatMap(read));
}
