/** Folders that hold the same migrations once more: synced for another driver, written by a generator, or its sources. */
import type { AnyHistory, FileSystem } from "./migration.ts";
import { compareText, join, relative, segments } from "./paths.ts";

/** Which folder of copies belongs to which history, both by their keys in `histories`. */
export function copiesAmong(
  fs: FileSystem,
  histories: ReadonlyMap<string, AnyHistory>,
): ReadonlyMap<string, string> {
  const ranked = [...histories].filter(([, { migrations }]) => migrations.length > 0).sort(byRank);
  const copies = new Map<string, string>();
  // A copy begins with a migration that the other one has, too: only those are compared.
  const holders = new Map<string, string[]>();
  for (const [key, history] of ranked) {
    const [first = ""] = filesOf(history);
    const main = holders.get(placeOf(history, first))?.find((other) => {
      const whole = histories.get(other);
      return whole !== undefined && isCopy(fs, history, whole);
    });
    if (main !== undefined) {
      copies.set(key, main);
      continue;
    }
    for (const file of filesOf(history)) {
      const place = placeOf(history, file);
      holders.set(place, [...(holders.get(place) ?? []), key]);
    }
  }
  return copies;
}

type Entry = readonly [string, AnyHistory];

/** The longest first, as a copy may lack some; of equal ones that which lies nearest to the top. */
const byRank = ([, a]: Entry, [, b]: Entry): number =>
  b.migrations.length - a.migrations.length ||
  segments(a.root).length - segments(b.root).length ||
  compareText(a.root, b.root);

const placeOf = ({ dialect }: AnyHistory, file: string): string => `${dialect} ${file}`;

/** Its files as paths from its root, the first migration's first. */
const filesOf = ({ root, migrations }: AnyHistory): readonly string[] =>
  migrations.flatMap(({ up, down }) =>
    [up, ...(down === undefined ? [] : [down])].map(({ path }) => relative(root, path)),
  );

/** Every file of `copy` has its counterpart in `whole`, with the same statements, and one of them says something. */
function isCopy(fs: FileSystem, copy: AnyHistory, whole: AnyHistory): boolean {
  const has = new Set(filesOf(whole));
  const files = filesOf(copy);
  if (!files.every((file) => has.has(file))) return false;
  let statements = 0;
  for (const file of new Set(files)) {
    const [own, other] = [copy, whole].map(({ root }) => statementsOf(fs.read(join(root, file)) ?? ""));
    if (own !== other) return false;
    if (own !== "") statements++;
  }
  return statements > 0;
}

/** Without lines of comments, blank ones, and the name of the database: what generators add to their sources. */
function statementsOf(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*(?:--|#|$)|^\s*USE\s+\S+\s*;?\s*$/i.test(line))
    .map((line) => line.trimEnd())
    .join("\n");
}
