import { distance } from "fastest-levenshtein";

/** The candidate that a misspelt word most likely means; undefined if none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Longer words can't be names, and the distance takes length × length steps.
  if (word.length > 100) return undefined;
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      best = candidate;
      least = d;
    }
  }
  return best;
}

export const isSameCase = (one: string, other: string): boolean =>
  one !== other && one.toLowerCase() === other.toLowerCase();

/** The same but for one letter; not a plural, nor names that differ in a digit, which are those of two things. */
export const isMisspelt = (one: string, other: string): boolean =>
  isOneEdit(bare(one), bare(other)) && ![`${one}s`, one.replace(/s$/, "")].includes(other);

/** The same but for one letter, for case or for underscores. */
export const isAlmost = (one: string, other: string): boolean =>
  one !== other && (bare(one) === bare(other) || isOneEdit(bare(one), bare(other)));

const bare = (name: string): string => name.toLowerCase().replaceAll("_", "");

function isOneEdit(one: string, other: string): boolean {
  const isOfDigits = one.replaceAll(/\d/g, "") === other.replaceAll(/\d/g, "");
  const [shorter, longer] = [one.length, other.length].sort((a, b) => a - b);
  return !isOfDigits && (shorter ?? 0) > 6 && (longer ?? 0) <= 100 && distance(one, other) === 1;
}
