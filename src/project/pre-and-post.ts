/**
 * Hand-made files of one version whose names say what is run before it and what after: `003_orders_pre.sql`,
 * `003_orders.sql`, `003_orders_post.sql`. By their letters, `post` would come before `pre`.
 */
import type { FileProblem } from "./file-problem.ts";
import type { Migration } from "./migration.ts";
import { addTo } from "../text/group.ts";

const when = String.raw`(pre|before|post|after)(?:[_.-]?(?:deploy|migrat)\w{0,10})?`;
const word = new RegExp(String.raw`^(?:[vV]?\d[\d_.-]{0,30})?${when}(?=[_.-]|$)|[_.-]${when}$`, "i");

interface Phase {
  /** -1 before the others, 1 after them. */
  readonly place: number;
  /** Equal for files that belong together. */
  readonly key: string;
}

function phaseOf({ version, name }: Migration): Phase {
  const short = name.slice(0, 255);
  const found = word.exec(short);
  const said = (found?.[1] ?? found?.[2])?.toLowerCase();
  const place = said === undefined ? 0 : /^(?:pre|before)/.test(said) ? -1 : 1;
  const rest = found === null ? short : short.replace(said === undefined ? "" : found[0], "");
  return { place, key: version ?? rest.replaceAll(/^[_.-]+|[_.-]+$/g, "") };
}

/** Groups of which one is to run before the others, and one after. */
function groupsOf(migrations: readonly Migration[]): readonly (readonly Migration[])[] {
  const groups = new Map<string, Migration[]>();
  for (const migration of migrations)
    if (migration.kind === "versioned") addTo(groups, phaseOf(migration).key, migration);
  return [...groups.values()].filter((group) => {
    const places = new Set(group.map((one) => phaseOf(one).place));
    return places.has(-1) && places.has(1) && places.size === group.length;
  });
}

/** `migrations` with those of each version in the order that their names say. */
export function inPhases(migrations: readonly Migration[]): readonly Migration[] {
  const sorted = [...migrations];
  for (const group of groupsOf(migrations)) {
    const places = group.map((one) => migrations.indexOf(one));
    const ordered = [...group].sort((a, b) => phaseOf(a).place - phaseOf(b).place);
    places.forEach((place, at) => {
      const one = ordered[at];
      if (one !== undefined) sorted[place] = one;
    });
  }
  return sorted.every((migration, i) => migration === migrations[i])
    ? migrations
    : sorted.map((migration, index) => ({ ...migration, index }));
}

/** Without what calls such files duplicates. */
export function withoutPhases(
  problems: readonly FileProblem[],
  migrations: readonly Migration[],
): readonly FileProblem[] {
  const paths = new Set(groupsOf(migrations).flatMap((group) => group.map(({ up }) => up.path)));
  return problems.filter(({ rule, path }) => rule !== "duplicate-version" || !paths.has(path));
}
