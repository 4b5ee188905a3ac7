/** Numbers that a sequential history leaves out. */
import type { History, Migration } from "../../../project/migration.ts";
import { isTimestamp } from "../../../project/version.ts";

export interface VersionGap {
  /** The migrations before and after the hole. */
  readonly before: Migration;
  readonly after: Migration;
  /** `004`, `004 to 006`. */
  readonly missing: string;
}

/** Longer holes are blocks of numbers, not a file that is gone. */
const longestGap = 20;
const longestNumber = 7;

/**
 * Holes in `history`, oldest first; none where the versions are times, or where so many are left out that they are no
 * sequence. Another history of the same tool may hold the missing ones: its folder is a second location.
 */
export function versionGaps(history: History, all: readonly History[]): readonly VersionGap[] {
  const numbered = history.migrations.filter(
    ({ version, kind }) => kind === "versioned" && version !== undefined && isNumber(version),
  );
  const versioned = history.migrations.filter(
    ({ kind, version }) => kind === "versioned" && version !== undefined,
  );
  if (history.holesAreFaults === true || numbered.length < 3 || numbered.length * 10 < versioned.length * 9)
    return [];
  const elsewhere = new Set(
    all
      .filter((other) => other !== history && other.tool === history.tool)
      .flatMap(({ migrations }) => migrations.map(({ version }) => Number(version))),
  );
  const gaps: VersionGap[] = [];
  let steps = 0;
  for (const [i, after] of numbered.entries()) {
    const before = numbered[i - 1];
    if (before === undefined || Number(after.version) <= Number(before.version)) continue;
    steps++;
    const missing: number[] = [];
    for (let number = Number(before.version) + 1; number < Number(after.version); number++) {
      if (missing.length > longestGap) break;
      if (!elsewhere.has(number)) missing.push(number);
    }
    if (missing.length === 0 || missing.length > longestGap) continue;
    const width = before.version?.startsWith("0") === true ? before.version.length : 0;
    const [first, last] = [missing[0], missing.at(-1)].map((number) => String(number).padStart(width, "0"));
    gaps.push({ before, after, missing: first === last ? `${first}` : `${first} to ${last}` });
  }
  return gaps.length * 3 > steps + 3 ? [] : gaps;
}

const isNumber = (version: string): boolean =>
  /^\d+$/.test(version) && version.replace(/^0+/, "").length <= longestNumber && !isTimestamp(version);
