/** What differs between the findings of two builds on one project. */

export interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly file: string;
  /** Line and column where it begins and ends, from 1. */
  readonly place: readonly number[];
  readonly message: string;
  readonly instead?: string | undefined;
}

export type Kind = "added" | "removed" | "moved" | "severity" | "reworded";

export interface Difference {
  readonly kind: Kind;
  /** By its newest name. */
  readonly rule: string;
  /** Undefined: it was added. */
  readonly before?: Found | undefined;
  /** Undefined: it was removed. */
  readonly after?: Found | undefined;
}

/** What two findings must share to be one and the same; the first key that finds a pair says what has changed. */
const keys: readonly {
  readonly kind: Kind | undefined;
  readonly of: (found: Found) => readonly unknown[];
}[] = [
  { kind: undefined, of: (f) => [f.rule, f.file, f.place, f.severity, f.message, f.instead] },
  { kind: "reworded", of: (f) => [f.rule, f.file, f.place, f.severity] },
  { kind: "severity", of: (f) => [f.rule, f.file, f.place] },
  { kind: "moved", of: (f) => [f.rule, f.file, f.place[0]] },
];

/** In the order of files and places. `renamed`: rules' newest names by older ones. */
export function compare(
  before: readonly Found[],
  after: readonly Found[],
  renamed: Readonly<Record<string, string>> = {},
): readonly Difference[] {
  const differences: Difference[] = [];
  let old = before.map((found) => ({ ...found, rule: renamed[found.rule] ?? found.rule }));
  let now = [...after];
  for (const { kind, of } of keys) {
    const waiting = new Map<string, Found[]>();
    for (const found of now) {
      const key = JSON.stringify(of(found));
      const same = waiting.get(key);
      if (same) same.push(found);
      else waiting.set(key, [found]);
    }
    const paired = new Set<Found>();
    old = old.filter((found) => {
      const other = waiting.get(JSON.stringify(of(found)))?.shift();
      if (other === undefined) return true;
      paired.add(other);
      if (kind !== undefined) differences.push({ kind, rule: found.rule, before: found, after: other });
      return false;
    });
    now = now.filter((found) => !paired.has(found));
  }
  differences.push(...old.map((found): Difference => ({ kind: "removed", rule: found.rule, before: found })));
  differences.push(...now.map((found): Difference => ({ kind: "added", rule: found.rule, after: found })));
  return differences.sort((a, b) => compareTexts(sortKey(a), sortKey(b)));
}

function sortKey({ rule, before, after }: Difference): string {
  const { file = "", place = [] } = after ?? before ?? {};
  const numbers = place.map((one) => String(one).padStart(9, "0")).join(" ");
  return `${file}\n${numbers}\n${rule}`;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
