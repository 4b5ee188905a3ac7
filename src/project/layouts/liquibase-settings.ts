/** Which root changelogs the settings of a project name: Liquibase's own, Spring's, Quarkus's, those of build tools. */
import type { FileSystem } from "../migration.ts";
import { ancestors, join } from "../paths.ts";

const beside =
  /^(?:liquibase\.properties|pom\.xml|build\.gradle(?:\.kts)?|application[\w-]{0,60}\.(?:properties|ya?ml))$/;
const folders = [".", "src/main/resources", "src/main/resources/config"];

/** `change-log: classpath:db/main.yaml`, `changeLogFile=main.xml`, `<changeLogFile>main.xml`. */
const named =
  /\bchange-?log(?:-?file)?["']?[ \t]{0,20}[=:>(]?[ \t]{0,20}["']?(?:classpath\*?:)?\/?([\w./-]{1,200}\.(?:xml|ya?ml|json|sql))\b/gi;

const known = new WeakMap<FileSystem, Map<string, readonly string[]>>();

/** Paths as the settings of the nearest folder at or above `root` write them, without what they begin with. */
export function statedChangelogs(fs: FileSystem, root: string): readonly string[] {
  for (const folder of ancestors(root, 9)) {
    const found = statedIn(fs, folder);
    if (found.length > 0) return found;
  }
  return [];
}

function statedIn(fs: FileSystem, folder: string): readonly string[] {
  const all = known.get(fs) ?? new Map<string, readonly string[]>();
  known.set(fs, all);
  const before = all.get(folder);
  if (before !== undefined) return before;
  const names = new Set(fs.list(folder));
  const found = folders.flatMap((inner) => {
    if (inner !== "." && !names.has("src/")) return [];
    const at = join(folder, inner);
    return fs
      .list(at)
      .filter((name) => beside.test(name))
      .flatMap((name) => pathsIn(fs.read(join(at, name)) ?? ""));
  });
  all.set(folder, found);
  return found;
}

const pathsIn = (text: string): readonly string[] =>
  /change-?log/i.test(text)
    ? [...text.slice(0, 65_536).matchAll(named)].map(([, path = ""]) => join(path))
    : [];
