/** Versions of Rails: of the gem, and those that migrations name. */

/** `7.1` → [7, 1] */
export type Version = readonly [major: number, minor: number];

export function versionOf(text: string | undefined): Version | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(text ?? "") ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor ?? 0)];
}

export const isAtLeast = ([major, minor]: Version, [wanted, wantedMinor]: Version): boolean =>
  major > wanted || (major === wanted && minor >= wantedMinor);

/** What a project has that says nothing. */
export const newest: Version = [8, 1];

export const printed = ([major, minor]: Version): string => `${String(major)}.${String(minor)}`;

/** Those that `ActiveRecord::Migration[…]` knows; older ones are those before it was written so. */
export const known: readonly Version[] = [
  [4, 2],
  [5, 0],
  [5, 1],
  [5, 2],
  [6, 0],
  [6, 1],
  [7, 0],
  [7, 1],
  [7, 2],
  [8, 0],
  [8, 1],
];
