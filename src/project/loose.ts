/** Scripts of SQL for the console, beside the history of a tool: numbered or not, nothing of the project runs them. */
import { isNamedByScript } from "./found-runner.ts";
import { packageRootOf } from "./manifests.ts";
import type { AnyHistory, FileSystem } from "./migration.ts";
import { ownRunner } from "./own-runner.ts";
import { segments } from "./paths.ts";
import { isMigrationsName } from "./unreadable.ts";

/** Keys of such histories, each with that of the tool beside it. */
export function looseAmong(
  fs: FileSystem,
  histories: ReadonlyMap<string, AnyHistory>,
): ReadonlyMap<string, string> {
  const all = [...histories].filter(([, { migrations }]) => migrations.length > 0);
  const ofTools = all.filter(([, { handMade }]) => !handMade);
  const loose = new Map<string, string>();
  for (const [key, history] of all) {
    if (!isCandidate(history)) continue;
    const home = packageRootOf(fs, history.root);
    const main = ofTools.find(
      ([, other]) => other.dialect === history.dialect && packageRootOf(fs, other.root) === home,
    )?.[0];
    if (main !== undefined && !isNamedByScript(fs, history) && ownRunner(fs, history.root) === undefined)
      loose.set(key, main);
  }
  return loose;
}

/** No tool, no way back, and nothing around it is called like migrations. */
const isCandidate = ({ handMade, runner, root, migrations }: AnyHistory): boolean =>
  handMade &&
  runner === undefined &&
  !segments(root).slice(-3).some(isMigrationsName) &&
  migrations.every(({ down, beforeBaseline }) => down === undefined && beforeBaseline === undefined);
