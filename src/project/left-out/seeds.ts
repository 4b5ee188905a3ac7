/** Seeds without a number beside the migrations of a folder that no known tool runs: they are no step, and are named. */
import { holdsFile, type AnyHistory, type FileSystem } from "../migration.ts";
import { join } from "../files/paths.ts";

const seed = /^seeds?\.sql$/i;

/** Adds a line for each to its history. */
export function nameSeeds(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  for (const [key, history] of histories) {
    const { root, handMade, migrations, loose = [] } = history;
    if (!handMade || migrations.length === 0) continue;
    const found = fs
      .list(root)
      .filter((name) => seed.test(name))
      .map((name) => join(root, name))
      .filter((path) => !holdsFile(history, path));
    if (found.length === 0) continue;
    const says = found.map(
      (path) => `${path} has no number, so its place in the order isn't known: it was not checked`,
    );
    histories.set(key, { ...history, loose: [...loose, ...says] });
  }
}
