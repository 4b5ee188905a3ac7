/** Changelogs that the settings of the program beside them don't run: what these connect to says nothing of them. */
import type { FolderView } from "../layouts/layout.ts";
import type { FileSystem } from "../migration.ts";
import { ancestors, isWithin, join, parentOf } from "../files/paths.ts";

const mostFiles = 200;
const longest = 262_144;
const onClassPath = "src/main/resources";
const named = /\bfile["']?\s{0,9}[=:]\s{0,9}["']?(?:classpath\*?:)?\/?([^"'\s>,}]{1,300})/g;

/** True only where the root changelogs that the settings name are known with all that they include, and none is of this folder. */
export function isStartedElsewhere(fs: FileSystem, view: FolderView): boolean {
  const stated = view.statedChangelogs?.() ?? [];
  const homes = ancestors(view.root).flatMap((home) => [join(home, onClassPath), home]);
  const found = (path: string, beside: readonly string[] = []): string | undefined =>
    [...beside, ...homes].map((home) => join(home, path)).find((file) => fs.read(file) !== undefined);
  const queue = stated.map((path) => found(path));
  const known = new Set<string>();
  for (const file of queue) {
    if (file === undefined || isWithin(view.root, file) || known.size > mostFiles) return false;
    if (known.has(file)) continue;
    known.add(file);
    const text = (fs.read(file) ?? "").slice(0, longest);
    if (text.includes("includeAll")) return false;
    if (text.includes("include"))
      for (const [, path = ""] of text.matchAll(named)) queue.push(found(path, [parentOf(file) ?? "."]));
  }
  return queue.length > 0;
}
