/** Versions of Rails: of the gem, and those that migrations name. */

/** `7.1` → [7, 1]; without a patch it is the last one. */
export type Version = readonly [major: number, minor: number, patch?: number | undefined];

export function versionOf(text: string | undefined): Version | undefined {
  const [, major, minor, patch] = /^(\d+)(?:\.(\d+)(?:\.(\d+))?)?/.exec(text ?? "") ?? [];
  if (major === undefined) return undefined;
  return [Number(major), Number(minor ?? 0), patch === undefined ? undefined : Number(patch)];
}

export const isAtLeast = (
  [major, minor, patch = Infinity]: Version,
  [wanted, wantedMinor, wantedPatch = 0]: Version,
): boolean =>
  major > wanted ||
  (major === wanted && (minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch)));

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
