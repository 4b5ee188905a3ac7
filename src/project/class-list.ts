/** Lists of classes in the settings of tools for migrations in code: `migrations: [CreateUsers1, AddRoles2]`. */
import { ancestors, join } from "./files/paths.ts";
import type { FolderView } from "./layouts/layout.ts";

export interface ClassList {
  /** The settings that have it. */
  readonly path: string;
  /** Its words, in their order: names of classes, and keys of objects around them. */
  readonly words: readonly string[];
}

/** In the nearest of the settings, from the folder of the migrations up; `list`: its first group is what stands in the brackets. */
export function classList(
  view: FolderView,
  settings: readonly string[],
  list: RegExp,
): ClassList | undefined {
  for (const [level, folder] of ancestors(join("/", view.root)).entries())
    for (const file of settings) {
      const found = list.exec(view.read(join("../".repeat(level), file)) ?? "")?.[1];
      if (found !== undefined)
        return { path: join(folder, file).replace(/^\//, ""), words: found.match(/[\w$]+/g) ?? [] };
    }
  return undefined;
}
