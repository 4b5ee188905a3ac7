/** Counting and naming, for reports. */

/** Each with how often it is met, most often first; ties in their alphabetical order. */
export function mostIn(names: readonly string[]): readonly (readonly [name: string, times: number])[] {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return [...found].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** `12 of 13 (92.3 %)`; `-` where there is nothing to count. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
