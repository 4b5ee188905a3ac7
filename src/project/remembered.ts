import type { FileSystem } from "./migration.ts";
import { compareText } from "./paths.ts";

/** Asks `base` for each path once: a snapshot for the time of one discovery. */
export function remembered(base: FileSystem): FileSystem {
  const texts = new Map<string, string | undefined>();
  const lists = new Map<string, readonly string[]>();
  return {
    read(path) {
      if (!texts.has(path)) texts.set(path, base.read(path));
      return texts.get(path);
    },
    list(folder) {
      const known = lists.get(folder);
      if (known !== undefined) return known;
      // Sorted here too: an injected file system may answer in any order.
      const names = [...base.list(folder)].sort(compareText);
      lists.set(folder, names);
      return names;
    },
  };
}
