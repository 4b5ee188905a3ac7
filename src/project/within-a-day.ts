/**
 * Hand-made migrations whose versions are days: the names don't tell the order of those that share one. What makes a
 * table, a column or another object then comes before what uses it, and what drops one comes after; the others keep the
 * order of their names.
 */
import type { Migration } from "./migration.ts";
import { beforeName, sqlComments } from "./sql-words.ts";

const name = String.raw`${beforeName}(?:["\x60\w]{1,80}\.)?["\x60]?(\w{1,80})`;
const made = new RegExp(
  String.raw`\b(?:CREATE\s{1,9}(?:OR\s{1,9}REPLACE\s{1,9})?(?:UNLOGGED\s{1,9})?(?:TABLE|VIEW|TYPE|FUNCTION|SEQUENCE|(?:UNIQUE\s{1,9})?INDEX)|ADD\s{1,9}(?:COLUMN|CONSTRAINT)|RENAME\s{1,9}(?:COLUMN\s{1,9}\w{1,80}\s{1,9})?TO)\s{1,9}${name}`,
  "gi",
);
const dropped = new RegExp(
  String.raw`\bDROP\s{1,9}(?:TABLE|VIEW|TYPE|FUNCTION|SEQUENCE|COLUMN|CONSTRAINT)\s{1,9}${name}`,
  "gi",
);
const day = /^(?:19|20)\d{2}([-_]?)\d{2}\1\d{2}$/;

const isDay = (version: string | undefined): boolean => version !== undefined && day.test(version);

/** More files of one day than this are left as they are. */
const most = 200;

interface Uses {
  readonly migration: Migration;
  readonly words: ReadonlySet<string>;
  readonly makes: ReadonlySet<string>;
  readonly drops: ReadonlySet<string>;
}

/** `migrations` with those of each day in the order in which they need one another. */
export function inOrderOfUse(migrations: readonly Migration[]): readonly Migration[] {
  const isShared = ({ version }: Migration, i: number): boolean =>
    isDay(version) && version === migrations[i + 1]?.version;
  if (!migrations.some(isShared)) return migrations;
  const sorted: Migration[] = [];
  /** Names that migrations of earlier days make. */
  const known = new Set<string>();
  let group: Uses[] = [];
  const close = (): void => {
    sorted.push(...sortDay(group, known));
    for (const { makes } of group) for (const one of makes) known.add(one);
    group = [];
  };
  for (const migration of migrations) {
    if (group[0]?.migration.version !== migration.version) close();
    group.push(usesOf(migration));
  }
  close();
  return sorted.every((migration, i) => migration === migrations[i])
    ? migrations
    : sorted.map((migration, index) => ({ ...migration, index }));
}

function usesOf(migration: Migration): Uses {
  const { text, part } = migration.up;
  const code = text.slice(part.start, part.end).toLowerCase().replaceAll(sqlComments, " ");
  const words = new Set(code.match(/\w+/g));
  return { migration, words, makes: named(code, made), drops: named(code, dropped) };
}

const named = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(pattern), ([, found = ""]) => found));

function sortDay(group: readonly Uses[], known: ReadonlySet<string>): readonly Migration[] {
  const isOpen = isDay(group[0]?.migration.version) && group.length > 1 && group.length <= most;
  if (!isOpen) return group.map(({ migration }) => migration);
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
