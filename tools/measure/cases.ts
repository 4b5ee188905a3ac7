/** Cases as they are committed: one line each, results by ranges of versions. */
import { measuredOn, versions, type Case, type Measured } from "../../tests/effects/measured.ts";

/** Keys in one order, so that equal results read alike. */
const inOrder = (measured: Measured): Measured =>
  Object.fromEntries(
    (
      [
        "impossible",
        "fails",
        "message",
        "locks",
        "rewrites",
        "scans",
        "rebuilds",
        "builds",
        "inTransaction",
      ] as const
    )
      .filter((key) => measured[key] !== undefined)
      .map((key) => [key, measured[key]]),
  );

/** The case with new results in place of those of the same version. */
export function withResults(one: Case, results: ReadonlyMap<number, Measured>): Case {
  const ranges: { first: number; last: number; measured: Measured }[] = [];
  for (const version of versions) {
    const result = results.get(version) ?? measuredOn(one, version);
    if (result === undefined) continue;
    const measured = inOrder(result);
    const before = ranges.at(-1);
    // The wording of messages changes from version to version.
    const isSame =
      JSON.stringify({ ...before?.measured, message: "" }) === JSON.stringify({ ...measured, message: "" });
    if (before !== undefined && before.last === version - 1 && isSame) before.last = version;
    else ranges.push({ first: version, last: version, measured });
  }
  const on = Object.fromEntries(
    ranges.map(({ first, last, measured }) => [
      first === last ? String(first) : `${first}-${last}`,
      measured,
    ]),
  );
  const { id, setup, session, sql } = one;
  return {
    id,
    ...(setup === undefined ? {} : { setup }),
    ...(session === undefined ? {} : { session }),
    sql,
    on,
  };
}

/** Numbers as keys would come before ranges. */
const inRanges = (
  entries: readonly (readonly [string, unknown])[],
): readonly (readonly [string, unknown])[] =>
  entries.every(([key]) => /^\d/.test(key))
    ? entries.toSorted(([a], [b]) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    : entries;

/** JSON on one line, with a space after colons and commas. */
export function writeCase(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeCase).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${inRanges(Object.entries(value))
    .map(([key, one]) => `${JSON.stringify(key)}: ${writeCase(one)}`)
    .join(", ")}}`;
}
