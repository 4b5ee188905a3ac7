/** Second folders of migrations in places where nobody looks for them. */
import type { FileProblem } from "../file-problem.ts";
import { haveOneScript, isNamedBySettings } from "../found-runner.ts";
import { wholeFile } from "../layouts/assemble.ts";
import { packageRootOf } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { compareText, segments } from "../files/paths.ts";
import { number } from "../tracking.ts";

const ownParts =
  /^(?:src|sql|db|database|databases|app|lib|server|backend|internal|pkg|schema|resources|main|migrations?|store|storage|persistence)$/i;

/** A second, smaller or deeper folder of the same package, tool and dialect lies where nobody looks for it. */
export function addMisplaced(
  fs: FileSystem,
  histories: Map<string, AnyHistory>,
  folders: readonly string[],
): void {
  const ranked = folders
    .flatMap((folder) => histories.get(folder) ?? [])
    .filter((history) => history.migrations.length > 0)
    .sort(
      (a, b) =>
        depth(a) - depth(b) || b.migrations.length - a.migrations.length || compareText(a.root, b.root),
    );
  const earlier = new Map<string, Ranked[]>();
  for (const history of ranked) {
    const place = JSON.stringify([history.tool, packageRootOf(fs, history.root), projectOf(history.root)]);
    const beside = earlier.get(place) ?? [];
    earlier.set(place, beside);
    const main = beside.find((other) => isMisplaced(other, history))?.history;
    beside.push({ history, versions: new Set(history.migrations.map(number)) });
    const first = history.migrations[0];
    if (main === undefined || first === undefined) continue;
    if (haveOneScript(fs, main, history) || isNamedBySettings(fs, history)) continue;
    const problem: FileProblem = {
      rule: "misplaced-migrations",
      path: first.up.path,
      ...wholeFile({ read: (file) => fs.read(file) }, first.up.path),
      message: `is not run with the ${main.migrations.length} migrations of another folder`,
      instead: `move it to ${main.root}`,
      related: [{ path: main.migrations[0]?.up.path ?? main.root, message: "the other migrations are here" }],
    };
    histories.set(history.root, { ...history, problems: [...history.problems, problem] });
  }
}

interface Ranked {
  readonly history: AnyHistory;
  readonly versions: ReadonlySet<string | undefined>;
}

const depth = (history: AnyHistory): number => segments(history.root).length;

/**
 * The folder without what a project calls its own parts: `api` for `api/db/migrations`. Nested folders may be an
 * archive or a database of their own: only what is plainly one project's is judged.
 */
function projectOf(root: string): string {
  const parts = segments(root);
  return parts.slice(0, parts.findLastIndex((part) => !ownParts.test(part)) + 1).join("/");
}

/** Both are of one tool and one project. */
function isMisplaced({ history: main, versions }: Ranked, other: AnyHistory): boolean {
  const known = (history: AnyHistory): boolean => (history.dialectEvidence ?? []).length > 0;
  if (main.dialect !== other.dialect && known(main) && known(other)) return false;
  // The one with most files isn't in the wrong place.
  if (other.migrations.length * (depth(main) === depth(other) ? 2 : 1) > main.migrations.length) return false;
  return !other.migrations.every((migration) => versions.has(number(migration)));
}
