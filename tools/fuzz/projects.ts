/** What the fuzzers damage: the fixtures, which hold every statement and every tool's files. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Text by path, `/` separated. */
export type Files = Readonly<Record<string, string>>;

export const fixtures = join(import.meta.dirname, "../../fixtures");

export interface FixtureProject {
  /** Its folder below `fixtures`. */
  readonly name: string;
  readonly files: Files;
}

/** Every project of the fixtures that real tools could read. */
export function fixtureProjects(): readonly FixtureProject[] {
  const layouts = readdirSync(join(fixtures, "layouts"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `layouts/${name}/project`);
  return ["demo", "mysql-demo", "mysql-shop", ...layouts].sort().map((name) => ({
    name,
    files: filesBelow(join(fixtures, name)),
  }));
}

/** All files, sorted by their paths. */
export const filesBelow = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
  );
