/**
 * Migrations that share a version which doesn't tell their order: a day of hand-made ones, a time. What makes a table, a column or another object then comes before what uses it, and what drops one comes after; the others keep the
 * order of their names.
 */
import { addTo } from "../text/group.ts";
import type { Migration } from "./migration.ts";
import { usesIn, type ScriptUses } from "./script-uses.ts";

const day = /^(?:19|20)\d{2}([-_]?)\d{2}\1\d{2}$/;

const isDay = (version: string | undefined): boolean => version !== undefined && day.test(version);

/** More files of one version than this are left as they are. */
const most = 200;

interface Uses extends ScriptUses {
  readonly migration: Migration;
}

/** How the migrations of a tool share a version. */
export interface Sharing {
  /** True for a version that several may have. */
  readonly isShared: (version: string | undefined) => boolean;
  /** What a migration runs, as it is written. */
  readonly textOf: (migration: Migration) => string;
}

const days: Sharing = {
  isShared: isDay,
  textOf: ({ up: { text, part } }) => text.slice(part.start, part.end),
};

/** `migrations` with those of each day, or of each shared version, in the order in which they need one another. */
export function inOrderOfUse(
  migrations: readonly Migration[],
  sharing: Sharing = days,
): readonly Migration[] {
  const isFirst = ({ version }: Migration, i: number): boolean =>
    sharing.isShared(version) && version === migrations[i + 1]?.version;
  if (!migrations.some(isFirst)) return migrations;
  const sorted: Migration[] = [];
  /** Names that migrations of earlier days make. */
  const known = new Set<string>();
  let group: Uses[] = [];
  const close = (): void => {
    const isOpen = sharing.isShared(group[0]?.migration.version);
    sorted.push(...(isOpen ? sortGroup(group, known) : group.map(({ migration }) => migration)));
    for (const { makes } of group) for (const one of makes) known.add(one);
    group = [];
  };
  for (const migration of migrations) {
    if (group[0]?.migration.version !== migration.version) close();
    group.push(usesOf(migration, sharing));
  }
  close();
  return sorted.every((migration, i) => migration === migrations[i])
    ? migrations
    : sorted.map((migration, index) => ({ ...migration, index }));
}

/**
 * Pairs that share a version where the second one uses a table, a type or another object that only the first one makes.
 * Words alone, such as those of columns, don't count.
 */
export function needsAmong(
  migrations: readonly Migration[],
  sharing: Sharing,
): readonly (readonly [maker: Migration, user: Migration])[] {
  const byVersion = new Map<string, Migration[]>();
  for (const one of migrations)
    if (one.version !== undefined && sharing.isShared(one.version)) addTo(byVersion, one.version, one);
  return [...byVersion.values()].flatMap((all) => {
    if (all.length < 2 || all.length > most) return [];
    const group = all.map((one) => usesOf(one, sharing));
    return group.flatMap((user) => {
      const maker = group.find(
        (one) =>
          one !== user && [...one.objects].some((name) => user.words.has(name) && !user.objects.has(name)),
      );
      return maker === undefined ? [] : [[maker.migration, user.migration] as const];
    });
  });
}

const usesOf = (migration: Migration, { textOf }: Sharing): Uses => ({
  migration,
  ...usesIn(textOf(migration)),
});

function sortGroup(group: readonly Uses[], known: ReadonlySet<string>): readonly Migration[] {
  if (group.length < 2 || group.length > most) return group.map(({ migration }) => migration);
  const before = neededBy(group, known);
  const sorted: Migration[] = [];
  const left = new Set(group);
  while (left.size > 0) {
    const isFree = (one: Uses): boolean => [...(before.get(one) ?? [])].every((needed) => !left.has(needed));
    // What needs each other stays in the order of the names.
    const next = [...left].find(isFree) ?? [...left][0];
    if (next === undefined) break;
    left.delete(next);
    sorted.push(next.migration);
  }
  return sorted;
}

/** For each migration, those that come before it. */
function neededBy(group: readonly Uses[], known: ReadonlySet<string>): ReadonlyMap<Uses, ReadonlySet<Uses>> {
  const madeHere = new Set(group.flatMap(({ makes }) => [...makes]));
  const before = new Map(group.map((one) => [one, new Set<Uses>()]));
  for (const one of group) {
    const makes = [...one.makes].filter((name) => !known.has(name));
    const drops = [...one.drops].filter((name) => !madeHere.has(name));
    for (const other of group) {
      if (other === one) continue;
      if (makes.some((name) => other.words.has(name) && !other.makes.has(name))) before.get(other)?.add(one);
      if (drops.some((name) => other.words.has(name) && !other.drops.has(name))) before.get(one)?.add(other);
    }
  }
  return before;
}
