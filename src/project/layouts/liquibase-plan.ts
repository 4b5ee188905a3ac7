/** Which changelog begins, and what it runs. */
import type { Database } from "../../model/dialect.ts";
import { aside, mayBeNamed } from "../changelog/included-by-none.ts";
import { walkFrom, type Item, type Unsorted, type Walk } from "../changelog/walk.ts";
import { baseName, join, parentOf } from "../files/paths.ts";
import type { FolderView } from "./layout.ts";
import { isFormatted } from "./liquibase-sql.ts";
import { isDirect, isSql } from "./names.ts";

const changelogName =
  /^(?:[\w.-]*changelog[\w.-]*|master|root|main|index|migrations|liquibase[\w.-]*)\.(?:xml|ya?ml|json)$/i;
const changelogEnding = /\.(?:xml|ya?ml|json)$/i;
/** Whatever its name, a changelog that names others is one to begin with, unless another one names it. */
const includes = /<include(?:All)?\s|^[ \t-]{0,40}include(?:All)?:|"include(?:All)?"\s{0,9}:/m;
const mainName = /(?:^|[._-])(?:master|root|main|index)\.\w+$|^changelog\.\w+$/i;

export interface Plan {
  readonly items: readonly Item[];
  /** The changelogs that start it; none where files of SQL stand alone. */
  readonly roots: readonly string[];
  /** Changelogs that start something else: a database of another kind, or the same one from another release on. */
  readonly others: readonly string[];
  /** Changelogs, and files that they name, that couldn't be read: then the order is that of the paths. */
  readonly unread: readonly string[];
  /** Sentences: what changelogs include, and isn't there. */
  readonly missing: readonly string[];
  readonly unsorted: readonly Unsorted[];
  /** All that these roots and the others reach. */
  readonly seen: readonly string[];
  /** No changelog includes the files, nor do their names say in which order they run. */
  readonly isUnordered?: true | undefined;
  /** A root changelog of another module, which runs none of the files here. */
  readonly leftOutBy?: string | undefined;
}

const plans = new WeakMap<FolderView, Map<Database, Plan>>();

/** `dialect`: which properties count; the order of the files doesn't depend on it. */
export function planOf(view: FolderView, dialect: Database = "other"): Plan {
  const known = plans.get(view) ?? new Map<Database, Plan>();
  plans.set(view, known);
  const plan = known.get(dialect) ?? findPlan(view, dialect);
  known.set(dialect, plan);
  return plan;
}

function findPlan(view: FolderView, dialect: Database): Plan {
  const all = view.files.filter(
    (file) =>
      isDirect(file) &&
      (isSql(file)
        ? isNamed(view, file)
        : changelogEnding.test(file) &&
          isChangelog(view, file) &&
          (changelogName.test(file) || isNamed(view, file) || includes.test(view.read(file) ?? ""))),
  );
  const written = (all.length > 0 ? view.writtenChangelogs?.() : undefined) ?? [];
  // What Liquibase writes, people copy from.
  const run = all.filter((file) => !isOneOf(view.root, file, written));
  const candidates = run.length > 0 ? run : all;
  // The settings name one below this folder: what lies beside isn't what runs.
  const isOfBelow =
    !candidates.some((file) => isNamed(view, file)) &&
    view.files.some((file) => !isDirect(file) && !file.startsWith("../") && isNamed(view, file));
  // Of those that include each other, the first begins.
  const likely = (file: string): number => 2 * Number(isNamed(view, file)) + Number(mainName.test(file));
  const walks = (isOfBelow ? [] : candidates)
    .sort((a, b) => likely(b) - likely(a))
    .map((file) => ({ file, walk: walkFrom(view, file, dialect) }));
  const starting = walks.filter(
    (one, at) =>
      !walks.some((other, i) => i !== at && reaches(other, one) && !(at < i && reaches(one, other))),
  );
  const named = starting.filter(({ file }) => isNamed(view, file));
  const roots = named.length > 0 ? apart(named) : oneOf(starting);
  const others = starting.filter((one) => !roots.includes(one)).map(({ file }) => file);
  const unread = [...new Set(roots.flatMap(({ walk }) => walk.unread))];
  const missing = [...new Set(roots.flatMap(({ walk }) => walk.missing))];
  const seen = [...new Set(starting.flatMap(({ walk }) => [...walk.seen]))];
  const unsorted = roots.flatMap(({ walk }) => walk.unsorted);
  const files = view.files.filter((file) => isSql(file) && !file.startsWith("../") && !aside.test(file));
  const formatted = (file: string): boolean => isFormatted(view.read(file) ?? "");
  const items = roots.flatMap(({ walk }) => walk.items);
  // What was read has its order, whatever else is included.
  if (roots.length > 0 && (unread.length === 0 || items.length > 0)) {
    return { items, roots: roots.map(({ file }) => file), others, unread, missing, unsorted, seen };
  }
  // A header says nothing where the settings name a changelog below: that may run the file as it is.
  const stands = !isOfBelow && files.filter(isDirect).some(formatted);
  const own = roots.length > 0 || stands ? files : [];
  const found = own.filter(formatted);
  // What runs them may take them in any order: each follows on what isn't known.
  const isUnordered = roots.length === 0 && found.length > 1 && !found.every(isNumbered);
  const gap = isUnordered ? { afterGap: true as const } : {};
  const standing = found.map((file): Item => ({ kind: "sql", file, contexts: [], ...gap }));
  const leftOutBy = roots.length === 0 ? neighbourWithout(view, standing) : undefined;
  return {
    items: leftOutBy === undefined ? standing : [],
    roots: roots.map(({ file }) => file),
    others,
    unread,
    missing,
    unsorted,
    seen,
    ...(isUnordered && leftOutBy === undefined ? { isUnordered } : {}),
    leftOutBy,
  };
}

/** `001-users.sql`, `users_v2.sql` */
const isNumbered = (file: string): boolean => /\d/.test(baseName(file));

/** The main changelog in the same folder of another module's class path, where no module's may include one of these files. */
function neighbourWithout(view: FolderView, items: readonly Item[]): string | undefined {
  const [, folder] = /(?:^|\/)src\/main\/resources\/(.+)$/.exec(view.root) ?? [];
  if (folder === undefined || items.length === 0 || (view.statedChangelogs?.() ?? []).length > 0)
    return undefined;
  const roots = view.classPath?.() ?? [];
  const changelogs = roots
    .flatMap((root) => view.outside?.(root) ?? [])
    .filter((file) => changelogEnding.test(file) && isChangelog(view, file));
  const mayRun = (text: string): boolean =>
    text.includes("includeAll") || items.some(({ file }) => text.includes(baseName(file)));
  if (changelogs.some((file) => mayRun(view.read(file) ?? ""))) return undefined;
  const isBeside = (file: string): boolean => roots.some((root) => parentOf(file) === join(root, folder));
  return changelogs.find(
    (file) => isBeside(file) && mainName.test(baseName(file)) && includes.test(view.read(file) ?? ""),
  );
}

/** True if the settings of the project name the file. */
function isNamed(view: FolderView, file: string): boolean {
  if (!mayBeNamed.test(view.root)) return false;
  return isOneOf(view.root, file, view.statedChangelogs?.() ?? []);
}

/** The file is one of those that settings name, from wherever they start. */
export function isOneOf(root: string, file: string, named: readonly string[]): boolean {
  // Some systems don't tell `changeLog` from `changelog`.
  const path = join("/", root, file).toLowerCase();
  return named.some((one) => path.endsWith(`/${one.toLowerCase()}`));
}

interface Started {
  readonly file: string;
  readonly walk: Walk;
}

const reaches = ({ walk }: Started, other: Started): boolean => walk.seen.has(other.file);

/** Settings of several profiles: of roots that have files in common, each is run instead of the others. */
function apart(named: readonly Started[]): readonly Started[] {
  const kept: Started[] = [];
  for (const one of named) {
    const shares = kept.some(({ walk }) => [...one.walk.seen].some((file) => walk.seen.has(file)));
    if (!shares) kept.push(one);
  }
  return kept;
}

/**
 * Of changelogs that include others, each begins a run of its own: that with the most files is the one that is meant. A
 * main one doesn't run what it doesn't include, also where it includes nothing at all.
 */
function oneOf(starting: readonly Started[]): readonly Started[] {
  const including = starting.filter(({ walk }) => walk.seen.size > 1);
  const ones = including.length > 0 ? including : starting.filter(({ walk }) => runsNothing(walk));
  const named = ones.filter(({ file }) => mainName.test(file));
  if (including.length < 2) return named.length > 0 ? named : starting;
  const [first, ...rest] = named.length > 0 ? named : including;
  if (first === undefined) return starting;
  return [rest.reduce((most, one) => (one.walk.seen.size > most.walk.seen.size ? one : most), first)];
}

export const runsNothing = ({
  items,
  missing,
  unread,
}: Pick<Plan, "items" | "missing" | "unread">): boolean =>
  items.length === 0 && missing.length === 0 && unread.length === 0;

/** The root changelog, if it is one without a doubt and nothing is known that it runs. */
export function emptyRoot(view: FolderView): string | undefined {
  const plan = planOf(view);
  if (plan.items.length > 0) return undefined;
  if (plan.unread.length > 0) return plan.roots[0];
  const isStated = (view.statedChangelogs?.() ?? []).length > 0;
  return plan.roots.find((file) => isNamed(view, file) || (!isStated && mainName.test(file)));
}

/** True if changelogs say which files run. */
export const ordersFiles = (view: FolderView): boolean => planOf(view).roots.length > 0;

const isChangelog = (view: FolderView, file: string): boolean =>
  (view.read(file) ?? "").slice(0, 4000).includes("databaseChangeLog");
