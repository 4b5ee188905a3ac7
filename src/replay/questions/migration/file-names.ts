/** What a migration's name says against a convention: how it is numbered, dated and described. */
import type { History, Migration } from "../../../project/migration.ts";
import { isTimestamp } from "../../../project/version.ts";
import { isAhead, type Clock } from "../../replay-facts.ts";

export interface NameStyle {
  readonly description: "snake_case" | "kebab-case" | "any";
  readonly version: "timestamp" | "number" | "any";
  /** Digits of the version; 0: as many as most numbers of the folder have, if some are padded. */
  readonly digits: number;
  /** Characters of the name without its ending. */
  readonly longest: number;
  /**
   * Names of rollback files without their ending, made of `<name>` of the migration, or its `<version>` and
   * `<description>`; none: any that is found.
   */
  readonly rollbacks: readonly string[];
}

export interface NameFault {
  readonly of: "up" | "down";
  /** A clause about the name: `2026-02-30 isn't a valid date`. */
  readonly text: string;
}

const descriptions = {
  snake_case: /^[a-z0-9]+(?:_[a-z0-9]+)*$/,
  "kebab-case": /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  any: /./,
};

export function nameFaults(
  migration: Migration,
  history: History,
  style: NameStyle,
  clock: Clock,
): readonly NameFault[] {
  const own = ownFaults(migration, history, style, clock).map((text): NameFault => ({ of: "up", text }));
  return [...own, ...rollbackFault(migration, style)];
}

function rollbackFault(migration: Migration, { rollbacks }: NameStyle): readonly NameFault[] {
  const { up, down, version = "", name, description } = migration;
  if (rollbacks.length === 0 || down === undefined || down.path === up.path) return [];
  const stem = down.path.replace(/^.*\//s, "").replace(/\.sql$/i, "");
  const wanted = rollbacks.map((pattern) =>
    pattern
      .replaceAll("<name>", () => name)
      .replaceAll("<version>", () => version)
      .replaceAll("<description>", () => description),
  );
  if (wanted.includes(stem)) return [];
  return [{ of: "down", text: `isn't named ${wanted.map((one) => `${clip(one)}.sql`).join(" or ")}` }];
}

function ownFaults(
  { version, name, description, kind }: Migration,
  history: History,
  style: NameStyle,
  clock: Clock,
): readonly string[] {
  const faults: string[] = [];
  if (version !== undefined && kind === "versioned")
    faults.push(...versionFaults(version, history, style, clock));
  // Without a number the name is all that orders the files.
  const own = version === undefined && kind === "versioned" ? "" : description;
  if (own === "" && version !== undefined && style.description !== "any")
    faults.push("its name doesn't say what it does");
  else if (own !== "" && !descriptions[style.description].test(own))
    faults.push(`"${clip(own)}" isn't ${style.description}`);
  if (name.length > style.longest)
    faults.push(`its name has ${name.length} characters, more than ${style.longest}`);
  return faults;
}

const clip = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 39)}…`);

function versionFaults(version: string, history: History, style: NameStyle, clock: Clock): readonly string[] {
  const digits = version.replace(/\D/g, "");
  if (meansTime(version)) {
    const time = timeOf(digits);
    if (time === undefined) return [`${version} isn't a valid date`];
    if (style.version === "number") return [`${version} is a timestamp, but the convention is a number`];
    if (isAhead(time, clock)) return [`${version} is in the future`];
    if (style.version === "timestamp" && style.digits > 0 && digits.length !== style.digits)
      return [`${version} has ${digits.length} digits, not ${style.digits}`];
    return [];
  }
  if (style.version === "timestamp") return [`${version} isn't a timestamp of ${style.digits || 14} digits`];
  if (history.comparesParts === true || !/^\d+$/.test(version)) return [];
  const width = style.digits > 0 ? style.digits : commonWidth(history);
  if (style.digits > 0 && version.length > width && version.startsWith("0"))
    return [`${version} has ${version.length} digits, not ${width}`];
  return version.length < width ? [`${version} isn't padded with zeros to ${width} digits`] : [];
}

/** 8, 12 or 14 digits that begin with a year, whether there is such a day or not. */
const meansTime = (version: string): boolean =>
  isTimestamp(version) || /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/.test(version.replace(/[-_T]/g, ""));

/**
 * Milliseconds since 1970, in UTC; undefined: there is no such time. Rails counts a version that is taken up by one: second
 * 60 is the next minute's first.
 */
export function timeOf(digits: string): number | undefined {
  const [year, month, date, hour, minute, second] = [
    digits.slice(0, 4),
    ...(digits.slice(4).match(/\d{2}/g) ?? []),
  ].map(Number);
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, date, hour ?? 0, minute ?? 0, second ?? 0);
  const read = new Date(time - 1000 * (second ?? 0));
  const same =
    read.getUTCMonth() + 1 === month && read.getUTCDate() === date && (hour ?? 0) < 24 && (minute ?? 0) < 60;
  return same ? time : undefined;
}

/** The usual length of numbers that are no times, where some are padded; 0: none is. */
function commonWidth({ migrations }: History): number {
  const numbers = migrations.flatMap(({ version }) =>
    version !== undefined && /^\d{1,7}$/.test(version) ? [version] : [],
  );
  if (!numbers.some((number) => number.startsWith("0"))) return 0;
  const counts = new Map<number, number>();
  for (const { length } of numbers) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}
