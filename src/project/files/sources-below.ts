import { notMigrations, skipped } from "../left-out/folder-names.ts";
import type { FileSystem } from "../migration.ts";
import { join } from "./paths.ts";

const deepest = 8;

interface Wanted {
  /** How many files, the nearest first. */
  readonly most: number;
  /** Names of folders that are passed over, beside those that hold neither sources nor migrations. */
  readonly notIn: RegExp;
  readonly isWanted: (name: string) => boolean;
}

/** The paths of files in a folder and those below it, level by level. */
export function* sourcesBelow(
  fs: FileSystem,
  home: string,
  { most, notIn, isWanted }: Wanted,
): Generator<string> {
  let left = most;
  let level = [home];
  for (let depth = 0; depth < deepest; depth++) {
    const next: string[] = [];
    for (const folder of level)
      for (const name of fs.list(folder)) {
        if (name.endsWith("/")) {
          const bare = name.slice(0, -1);
          if (![skipped, notMigrations, notIn].some((one) => one.test(bare))) next.push(join(folder, bare));
        } else if (isWanted(name)) {
          if (left-- <= 0) return;
          yield join(folder, name);
        }
      }
    level = next;
  }
}
