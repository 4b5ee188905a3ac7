/**
 * When migrations were written, by the times that versions are, and the dates in ids and names of changelogs; where these say
 * nothing, when git got them.
 */
import type { History, Migration } from "../../../project/migration.ts";
import { baseName } from "../../../project/files/paths.ts";
import { timeOf } from "./file-names.ts";

/** In milliseconds since 1970; one moment, or as long as a day where only the date is meant. */
interface Written {
  readonly from: number;
  readonly to: number;
}

/** In milliseconds. */
const day = 86_400_000;
const week = 7 * day;

/**
 * What was written within less than this, in milliseconds, is one and the same work for all rules: most probably it is
 * deployed together, or nothing has filled or used in the meantime what it made.
 */
export const oneWork = 2 * day;

/**
 * The age of what one commit brought, or some within this time, where at least one says less: most probably it is deployed
 * together, but it may be years old elsewhere, so that it is no proof.
 */
export const broughtTogether = oneWork;

/** Nothing says when they were written. */
export const isUnknownAge = (age: number): boolean => age === Infinity || age === broughtTogether;

/**
 * How much older than a migration another one is, at most: in milliseconds. Infinity where it is newer, or where one of
 * them doesn't say when it was written.
 */
export function mostAge(history: History, made: Migration | undefined, migration: Migration): number {
  const then = made && !isOneRun(made, migration) ? writtenAt(made, history) : undefined;
  // Git says when it came first, not when it was last changed and runs again.
  const isOld = migration.kind === "repeatable" && migration.committedAt !== undefined;
  const now = then && !isOld ? writtenAt(migration, history) : undefined;
  if (then !== undefined && now !== undefined) {
    if (then.from <= now.to) return now.to - then.from;
    // Committed later, though it runs before: it wasn't deployed without it.
    const isByGit = made?.committedAt !== undefined && migration.committedAt !== undefined;
    return isByGit && then.from - now.to < oneWork ? 0 : Infinity;
  }
  if (made === undefined) return Infinity;
  if (isOfSameDay(made, migration, history)) return day - 1;
  return made !== migration && isBroughtWith(made, migration, history) ? broughtTogether : Infinity;
}

function isBroughtWith(made: Migration, migration: Migration, history: History): boolean {
  const [from, to] = [made.broughtBy, migration.broughtBy];
  if (migration.kind === "repeatable") return false;
  if (from === undefined && to === undefined) return false;
  if (from?.id === to?.id) return true;
  const [then = NaN, now = NaN] = [made, migration].map(
    (one) => one.broughtBy?.at ?? writtenAt(one, history)?.from,
  );
  // The repository began with them, or has them all since less than a week.
  const isOfBeginning = [from, to].every((one) => one?.at !== undefined && one.isMany !== true);
  return Math.abs(now - then) < (isOfBeginning ? week : oneWork);
}

/**
 * A generator has begun to write both at that time, and numbered them; the numbers are often continued by hand. Whether they
 * are deployed together is told otherwise.
 */
const isOneRun = (made: Migration, migration: Migration): boolean =>
  made !== migration && isChangeset(made) && isRun(stampOf(made)) && stampOf(made) === stampOf(migration);

const isRun = (stamp: string | undefined): boolean => /^1\d{12}$/.test(stamp ?? "");

/** By itself, or else by git. */
export function writtenAt(migration: Migration, history: History): Written | undefined {
  const known = times.get(migration);
  if (known !== undefined) return known ?? undefined;
  const { committedAt: at } = migration;
  const time = statedTime(migration, history) ?? (at === undefined ? undefined : { from: at, to: at });
  times.set(migration, time ?? null);
  return time;
}

/** Nothing but git can say when it was written. */
export const isUndated = (migration: Migration, history: History): boolean =>
  dateInId(migration, history) === undefined && statedTime(migration, history) === undefined;

/** Where it states a date and no time of the day, which its author wrote by hand: when that day ends. */
export function statedDay(migration: Migration, history: History): number | undefined {
  const stated = migration.writtenAt === undefined ? statedTime(migration, history) : undefined;
  return stated !== undefined && stated.to > stated.from ? stated.to : undefined;
}

/** By its tool's list, or by a version that is a time of a day or milliseconds. */
function statedTime(migration: Migration, history: History): Written | undefined {
  const { writtenAt: listed } = migration;
  if (listed === null) return undefined;
  const version = stampOf(migration);
  return (
    timeIn(listed, history) ??
    (isZero(version) ? firstTime(history) : timeIn(version, history)) ??
    dayOfId(migration, history) ??
    (isDatedByFile(migration)
      ? (daysOf(history).get(migration.up.path) ?? shortDaysOf(history).get(migration))
      : undefined)
  );
}

/** In formatted SQL, too. */
export const isChangeset = ({ changeset, author }: Migration): boolean =>
  changeset !== undefined || author !== undefined;

/** Files of plain SQL that a changelog includes have no version either: their names are all that dates them. */
const isDatedByFile = (migration: Migration): boolean =>
  isChangeset(migration) || (migration.version === undefined && migration.kind === "versioned");

/** Changesets have no version: `20260110080000-1`, `V20260110080000-1`, `1746723377588-1`, or one of `20260110080000_added_entity_Book.xml`. */
function stampOf(migration: Migration): string | undefined {
  const { version, name, up } = migration;
  if (!isChangeset(migration)) return version;
  const [, id] = /(?:^|:)V?(\d{14}|1\d{12})(?:-\d{1,4}(?:-[a-z]{1,20})?)?$/.exec(name) ?? [];
  return id ?? /^V?(\d{14})(?=[_-])/.exec(baseName(up.path))?.[1];
}

/** `2024-07-14-1`, `202407141200-users`: the date of a changeset's id. */
function dayOfId(migration: Migration, history: History): Written | undefined {
  const digits = digitsOf(dateInId(migration, history) ?? "");
  const from = digits.length === 8 ? timeOf(digits) : undefined;
  return from === undefined ? undefined : { from, to: from + day - 1 };
}

/** `26-08-20-1447` and `26-08-20-1452` in one file, whichever of the numbers is the year. */
function isOfSameDay(made: Migration, migration: Migration, history: History): boolean {
  const date = dateInId(made, history);
  return date !== undefined && date === dateInId(migration, history) && made.up.path === migration.up.path;
}

/** As it is written. Not the first day of a year, nor a date that has stood still. */
function dateInId(migration: Migration, history: History): string | undefined {
  const date = dateOf(migration);
  return date !== undefined && (datesOf(history).get(date) ?? 0) <= mostOfDay ? date : undefined;
}

function dateOf(migration: Migration): string | undefined {
  const [date = ""] = (isChangeset(migration) && dayOfIds.exec(migration.name)) || [];
  return date === "" || /01\D?01$/.test(date) || /^01\D01\D/.test(date) ? undefined : date;
}

function datesOf(history: History): ReadonlyMap<string, number> {
  const known = dates.get(history);
  if (known !== undefined) return known;
  const found = new Map<string, number>();
  for (const migration of history.migrations) {
    const date = dateOf(migration);
    if (date !== undefined) found.set(date, (found.get(date) ?? 0) + 1);
  }
  dates.set(history, found);
  return found;
}

const dates = new WeakMap<History, ReadonlyMap<string, number>>();
const month = "(?:0[1-9]|1[0-2])";
const dateOfMonth = "(?:0[1-9]|[12]\\d|3[01])";
const dayOfIds = new RegExp(
  `(?<=(?:^|:)V?)(?:20\\d{2}([-_.]?)${month}\\1${dateOfMonth}|[1-3]\\d([-_])${month}\\2${dateOfMonth}|` +
    `${dateOfMonth}([-_])${month}\\3[1-3]\\d)(?=$|[-_.:T ]|\\d{4}(?:\\d{2})?(?:\\D|$))`,
);

/** `20240714-create-users.xml`, `changelog-2024-07-14.yaml`, `2024/07/14-01-users.xml`: where most files are named so. */
function daysOf(history: History): ReadonlyMap<string, Written> {
  const known = days.get(history);
  if (known !== undefined) return known;
  const sizes = new Map<string, number>();
  for (const migration of history.migrations) {
    if (!isDatedByFile(migration)) continue;
    const { path } = migration.up;
    sizes.set(path, (sizes.get(path) ?? 0) + 1);
  }
  const dated = [...sizes].flatMap(([path, size]) => {
    const [year, month, date] = dateInFile(path);
    const from = timeOf(`${year}${month}${date}`);
    // The first day of a year, and a file that has grown, have no date of their own.
    return year === "" || from === undefined || `${month}${date}` === "0101" || size > mostOfDay
      ? []
      : [[path, { from, to: from + day - 1 }] as const];
  });
  const found = new Map(dated.length > 1 && dated.length * 2 > sizes.size ? dated : []);
  days.set(history, found);
  return found;
}

const days = new WeakMap<History, ReadonlyMap<string, Written>>();

/** Year, month and day. */
function dateInFile(path: string): readonly [year: string, month: string, day: string] {
  const [, date = "", , monthBefore = "", yearBehind = ""] = dayAtEnd.exec(baseName(path)) ?? [];
  if (yearBehind !== "") return [yearBehind, monthBefore, date];
  const [, year = "", , month = "", day = ""] = dayInName.exec(baseName(path)) ?? dayInPath.exec(path) ?? [];
  return [year, month, day];
}

const dayInName =
  /(?:^V?|[a-z][-_.])((?:19|20)\d{2})([-_.]?)(\d{2})\2(\d{2})(?=[-_.T]|\d{4}(?:\d{2})?[-_.])/i;
/** `create-tables-26-05-2026-12-28.sql`: the day first, maybe with the time of the day behind it, before the ending. */
const dayAtEnd =
  /(?:^|[-_.])((?:0[1-9]|[12]\d|3[01]))([-_.])(0[1-9]|1[0-2])\2((?:19|20)\d{2})(?:[-_.T]?\d{2}[-_.]?\d{2}(?:[-_.]?\d{2})?)?\.\w+$/;
const dayInPath = /(?:^|\/)((?:19|20)\d{2})([-_/])(\d{2})[-_/](\d{2})(?=[-_./])/;

/**
 * `240714_1` or `update_schema_240714.sql`: year, month and day with two digits each, where most changesets have them, and
 * they go up in the order of the history.
 */
function shortDaysOf(history: History): ReadonlyMap<Migration, Written> {
  const known = shortDays.get(history);
  if (known !== undefined) return known;
  const found = new Map<Migration, Written>();
  let changesets = 0;
  let [last, back] = [0, 0];
  for (const migration of history.migrations) {
    if (!isChangeset(migration)) continue;
    changesets += 1;
    const [, digits = ""] = sixOfId.exec(migration.name) ?? sixOfName.exec(baseName(migration.up.path)) ?? [];
    const from = /^(?:1\d|2\d)(?!0101)/.test(digits) ? timeOf(`20${digits}`) : undefined;
    if (from === undefined) continue;
    if (from < last) back += 1;
    last = Math.max(last, from);
    found.set(migration, { from, to: from + day - 1 });
  }
  const dates = new Set([...found.values()].map(({ from }) => from));
  const isMeant = back * mostBack <= found.size && dates.size > 1 && found.size * 2 > changesets;
  const result = isMeant && found.size <= dates.size * mostOfDay ? found : new Map<Migration, Written>();
  shortDays.set(history, result);
  return result;
}

/** One of so many may stand behind a later one: it came by another branch. */
const mostBack = 10;
const shortDays = new WeakMap<History, ReadonlyMap<Migration, Written>>();
const sixOfId = /(?:^|:)(\d{6})(?=[-_.]|$)/;
const sixOfName = /(?:^|[-_.])(\d{6})\.\w+$/;

/** `00000000000000`, `00000000000001`: what a generator writes with the program, before the first migration with a time. */
const isZero = (version: string | undefined): boolean => /^0{12}\d\d$/.test(version ?? "");

function firstTime(history: History): Written | undefined {
  for (const migration of history.migrations) {
    const time = isZero(stampOf(migration)) ? undefined : writtenAt(migration, history);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** How old a table is asked for each finding; null: there is no such time. */
const times = new WeakMap<Migration, Written | null>();

function timeIn(version: string | undefined, history: History): Written | undefined {
  if (version === undefined) return undefined;
  if (/^1\d{12}$/.test(version)) {
    // `1770000000002` counts from a round number.
    return version.includes("00000") ? undefined : { from: Number(version), to: Number(version) };
  }
  const digits = digitsOf(version);
  if (!/^(?:19|20)\d{12}$/.test(digits)) return undefined;
  const exact = timeOf(digits);
  if (exact !== undefined && !isCounted(digits)) return { from: exact, to: exact };
  const time = exact ?? timePastEnd(digits);
  if (time === undefined) return undefined;
  const from = time - (time % day);
  return isMadeUp(digits, history) ? undefined : { from, to: from + day - 1 };
}

/**
 * What was counted on by hand goes past the end of a minute, an hour or a month: `20260229100001`, `20260115256000`. Of
 * times that no clock shows, the day is meant.
 */
function timePastEnd(digits: string): number | undefined {
  const [, year, month, date] = (/^(\d{4})(\d\d)(\d\d)/.exec(digits) ?? []).map(Number);
  const isDay =
    month !== undefined && month >= 1 && month <= 12 && date !== undefined && date >= 1 && date <= 31;
  return isDay ? Date.UTC(year ?? 0, month - 1, date) : undefined;
}

const digitsOf = (version: string): string => version.replace(/[-_.T]/g, "");

/**
 * `20260105000003` counts from midnight, `20260105120001` from noon, `20260105120000` is a round hour: the date is meant,
 * the rest orders them. One in sixty versions that a generator takes from the clock has minutes of 00, too: 19:00:26.
 */
const isCounted = (digits: string): boolean => /^\d{8}(?:0000\d\d|\d\d000\d)$/.test(digits);

/** More than anybody writes on a day: the date has stood still while they were counted. So has the first day of a year. */
const mostOfDay = 30;
const isMadeUp = (digits: string, history: History): boolean =>
  /^\d{4}0101/.test(digits) || (countedOf(history).get(digits.slice(0, 8)) ?? 0) > mostOfDay;

const counts = new WeakMap<History, ReadonlyMap<string, number>>();

/** How many versions of a date only order its migrations. */
function countedOf(history: History): ReadonlyMap<string, number> {
  const known = counts.get(history);
  if (known !== undefined) return known;
  const found = new Map<string, number>();
  for (const { version, writtenAt: listed } of history.migrations) {
    const digits = digitsOf(listed ?? version ?? "");
    if (!isCounted(digits)) continue;
    const date = digits.slice(0, 8);
    found.set(date, (found.get(date) ?? 0) + 1);
  }
  counts.set(history, found);
  return found;
}
