/** Chance that can be repeated: the same seed gives the same choices. */

/** A number from 0 to 1, without 1. */
export type Random = () => number;

/** Numbers of mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @throws Error if the list is empty */
export function pick<T>(random: Random, list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
}

/** From 0 to `most`. */
export const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));

const pieces = [
  ..."'|\"|`|;|(|)|[|]|{|}|\\|:|@|$|#|%|&|<|>|=|,|.|?|!|*|/|-|+|~|^| |\t|\n|\0|0|x|\u00E9|\u200B|\u2028|\uFEFF".split(
    "|",
  ),
  "\r\n",
  "\u{1F600}",
  "\uD800",
  "/*",
  "*/",
  "--",
  "//",
  "$$",
  "$a$",
  "E'",
  'U&"',
  "q'[",
  "${",
  "{{",
  "<%",
  "DELIMITER //",
  "\\.",
  "-- +goose Up",
  "-- +migrate Down",
  "-- migrate:up",
  "-- ddlint-disable",
  "-- ddlint-enable",
  "/*!50000 ",
  "BEGIN;",
  "COMMIT;",
  "DO $$ BEGIN",
  "END $$;",
];

/** Some characters inserted, removed or replaced; sometimes a longer part removed, doubled or moved. */
export function damaged(random: Random, text: string): string {
  let now = text;
  for (let i = 0; i <= random() * 4; i++) {
    const at = upTo(random, now.length);
    const kind = random();
    if (kind < 0.75) {
      const length = random() < 0.5 ? 0 : upTo(random, 4);
      now = now.slice(0, at) + (random() < 0.7 ? pick(random, pieces) : "") + now.slice(at + length);
      continue;
    }
    const part = now.slice(at, at + upTo(random, 60));
    if (kind < 0.85) now = now.slice(0, at) + now.slice(at + part.length);
    else {
      const to = upTo(random, now.length);
      now = now.slice(0, to) + part + now.slice(to);
    }
  }
  return now;
}
