/**
 * Scripts of SQL for the console, beside the history of a tool: numbered or not, nothing of the project runs them. Queries
 * of a dashboard or a report are none of a history wherever they lie, nor are the files of a lesson.
 */
import { isNamedByScript } from "../found-runner.ts";
import { packageRootOf } from "../manifests.ts";
import type { AnyHistory, FileSystem } from "../migration.ts";
import { ownRunner } from "../own-runner.ts";
import { ancestors, baseName, isWithin, segments } from "../files/paths.ts";
import { addTo } from "../../text/group.ts";
import { isMigrationsName } from "./unreadable.ts";

/** Keys of such histories, each with that of the tool beside it. */
function looseAmong(fs: FileSystem, histories: ReadonlyMap<string, AnyHistory>): ReadonlyMap<string, string> {
  const all = [...histories].filter(([, { migrations }]) => migrations.length > 0);
  // Beside what nothing runs, they may be what is run.
  const ofTools = all.filter(([, { handMade, idle }]) => !handMade && idle === undefined);
  const loose = new Map<string, string>();
  for (const [key, history] of all) {
    const course = courseAround(history);
    const taught = course && ofTools.find(([, other]) => !isWithin(course, other.root))?.[0];
    if (course !== undefined && taught !== undefined) {
      // Its own script plays it on a database of its own; what lies outside may run it on another one.
      if (!isNamedByScript(fs, { ...history, root: course })) loose.set(key, taught);
      continue;
    }
    if (!isCandidate(history)) continue;
    const home = isOfQueries(history) ? undefined : packageRootOf(fs, history.root);
    const main = ofTools.find(
      ([, other]) =>
        home === undefined || (other.dialect === history.dialect && packageRootOf(fs, other.root) === home),
    )?.[0];
    if (main !== undefined && !isNamedByScript(fs, history) && ownRunner(fs, history.root) === undefined)
      loose.set(key, main);
  }
  return loose;
}

/** The folder of documents or lessons that plain files lie in, unless they are called migrations. */
function courseAround({ handMade, root, runner, migrations }: AnyHistory): string | undefined {
  if (!handMade || runner !== undefined || isMigrationsName(baseName(root))) return undefined;
  if (migrations.some(({ beforeBaseline }) => beforeBaseline !== undefined)) return undefined;
  return ancestors(root).findLast((folder) => ofLessons.test(baseName(folder)));
}

const ofLessons = /^(?:docs?|documentation|tutorials?|labs?|workshops?|exercises?)$/i;

/** No tool, no way back, and nothing around it is called like migrations, unless it lies with scripts. */
const isCandidate = (history: AnyHistory): boolean =>
  history.handMade &&
  history.runner === undefined &&
  (isOfScripts(history) || !segments(history.root).slice(-3).some(isMigrationsName)) &&
  history.migrations.every(({ down, beforeBaseline }) => down === undefined && beforeBaseline === undefined);

/** `scripts/migration/run_migration.sql`: what is run once, by hand, and has no number. */
const isOfScripts = ({ root, migrations }: AnyHistory): boolean =>
  segments(root).slice(0, -1).includes("scripts") &&
  migrations.every(({ up }) => /^[a-z]\D*\.sql$/i.test(baseName(up.path)));

const changing =
  /^[ \t]*(?:alter|analyze|begin|call|comment|commit|copy|create|delete|do|drop|grant|insert|lock|merge|refresh|reindex|rename|replace|revoke|set|start|truncate|update|vacuum)\b/im;

/** Split at each `;` first: one pattern over the whole text takes the square of its length. */
const asks = (text: string): boolean =>
  text.split(";").some((part) => {
    const at = part.search(/\bselect\b/i);
    return at >= 0 && /\bfrom\b/i.test(part.slice(at));
  });

/** No line begins with a word that changes anything. */
const isOfQueries = ({ migrations }: AnyHistory): boolean =>
  migrations.every(({ up: { text } }) => asks(text) && !changing.test(text));

interface Kind {
  readonly says: (files: string, beside: string) => string;
}

const queries: Kind = { says: (files) => `nothing but queries is in its ${files}` };
const lessons: Kind = { says: (files) => `documents or lessons hold its ${files}` };
const scripts: Kind = { says: (files, beside) => `nothing runs its ${files} beside ${beside}` };
const kinds = [queries, scripts, lessons];

function kindOf(history: AnyHistory): Kind {
  if (isOfQueries(history)) return queries;
  return courseAround(history) === undefined ? scripts : lessons;
}

/** What nothing runs, beside a tool's history, is named with that; many folders in one are one line. */
export function dropLoose(fs: FileSystem, histories: Map<string, AnyHistory>): void {
  const groups = new Map<string, AnyHistory[]>();
  for (const [key, kept] of looseAmong(fs, histories)) {
    const loose = histories.get(key);
    if (loose === undefined || !histories.has(kept)) continue;
    histories.delete(key);
    addTo(groups, kept, loose);
  }
  for (const [kept, all] of groups) {
    const main = histories.get(kept);
    if (main === undefined) continue;
    const says = kinds.flatMap((kind) =>
      grouped(all.filter((one) => kindOf(one) === kind)).map(
        ({ root, count }) =>
          `${root}: ${kind.says(count === 1 ? "file of SQL" : `${count} files of SQL`, main.root)}, so that they were not checked`,
      ),
    );
    histories.set(kept, { ...main, loose: [...(main.loose ?? []), ...says] });
  }
}

const fewFolders = 3;

/** Folders with the number of their files; many of one folder, two levels below the project's at the most, together. */
function grouped(
  histories: readonly AnyHistory[],
): readonly { readonly root: string; readonly count: number }[] {
  const own = histories.map(({ root, migrations }) => ({ root, count: migrations.length }));
  if (own.length <= fewFolders) return own;
  const counts = new Map<string, number>();
  for (const { root, count } of own) {
    const home = segments(root).slice(0, 2).join("/");
    counts.set(home, (counts.get(home) ?? 0) + count);
  }
  return [...counts].map(([root, count]) => ({ root, count }));
}
