import { searchRoots, type FileSystem } from "../migration.ts";
import { baseName, compareText, parentOf } from "./paths.ts";

/** A file system that answers as it did at first, until it is told to look again. */
export interface Remembered extends FileSystem {
  /** Look again: a text is read anew if its file has changed. */
  forget(): void;
  /** True if its text was asked for, or with `isListed` also what stands beside it. */
  hasAsked(path: string, isListed: boolean): boolean;
}

/** Asks `base` for each path once: a snapshot for the time of one discovery. */
export function remembered(base: FileSystem): Remembered {
  const texts = new Map<string, { readonly text: string | undefined; readonly stamp: string | undefined }>();
  const fresh = new Set<string>();
  const lists = new Map<string, { readonly names: readonly string[]; members?: ReadonlySet<string> }>();
  // Asked for only by those who look again: it is a call to the disk for each file.
  let stamps = false;
  return {
    read(path) {
      const known = texts.get(path);
      if (known !== undefined && fresh.has(path)) return known.text;
      // A search tries many names in each folder. One that can't be listed may still hold files that can be read.
      const folder = lists.get(parentOf(path) ?? "");
      if (folder !== undefined && folder.names.length > 0) {
        folder.members ??= new Set(folder.names);
        if (!folder.members.has(baseName(path))) return undefined;
      }
      fresh.add(path);
      const stamp = stamps ? base.stamp?.(path) : undefined;
      if (known !== undefined && stamp !== undefined && stamp === known.stamp) return known.text;
      const text = base.read(path);
      texts.set(path, { text, stamp });
      return text;
    },
    list(folder) {
      const known = lists.get(folder);
      if (known !== undefined) return known.names;
      // Sorted here too: an injected file system may answer in any order.
      const names = [...base.list(folder)].sort(compareText);
      lists.set(folder, { names });
      return names;
    },
    roots: () => searchRoots(base),
    folder: () => base.folder?.(),
    refused: () => base.refused?.() ?? new Map(),
    hasAsked: (path, isListed) => texts.has(path) || (isListed && lists.has(parentOf(path) ?? path)),
    forget() {
      stamps = true;
      fresh.clear();
      lists.clear();
      // Nobody may ask for what is gone, and it would stay refused.
      for (const [path, { isFolder }] of base.refused?.() ?? []) {
        if (isFolder) base.list(path);
        else base.read(path);
        base.list(parentOf(path) ?? path);
      }
    },
  };
}
