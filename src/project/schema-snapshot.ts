/** Dumps of the whole schema that other tools keep: no migrations, but what the configuration's `schema` may name. */
import type { FileSystem } from "./migration.ts";
import { ancestors, join } from "./files/paths.ts";

/** Rails' `db/structure.sql`, Ecto's `priv/repo/structure.sql`: of the nearest project at or above `root`. */
export function schemaSnapshot(fs: FileSystem, root: string): string | undefined {
  for (const folder of ancestors(root)) {
    const names = fs.list(folder);
    for (const [sign, path] of dumps) {
      const [first = ""] = path.split("/", 1);
      if (!names.includes(sign) || !names.includes(`${first}/`)) continue;
      if (fs.read(join(folder, path)) !== undefined) return join(folder, path);
    }
  }
  return undefined;
}

const dumps: readonly (readonly [sign: string, path: string])[] = [
  ["Gemfile", "db/structure.sql"],
  ["mix.exs", "priv/repo/structure.sql"],
];

/** A file of that name is always a dump, also where nothing else is there. */
export const isDump = (name: string): boolean => name === "structure.sql";
