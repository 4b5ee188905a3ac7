/**
 * Which numbers the server's made-up names have used up (`t_a_idx`, `t_a_idx1`, …), so that the next free one is found
 * without trying each: thousands of equal statements would try millions of names.
 *
 * A name is a stem, which ends in no digit, and a number; 0 isn't written. What is listed here is surely taken; a number
 * that isn't listed may be taken, too.
 */
import type { Key } from "../model/names.ts";
import { get, remove, set, type PersistentMap } from "./persistent.ts";

/** Among which names it must be free: those of relations and indexes, of constraints, or both. */
export type NameSpace = "relation" | "constraint" | "both";

/** The numbers from `from` up to `to`, which is not one of them. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/** Name space and stem → runs in ascending order, with a gap between each two. */
export type TakenNumbers = PersistentMap<readonly Run[]>;

const tagOf = (space: NameSpace, stem: Key): string => `${space} ${stem}`;

/** The first number from `start` on that isn't listed. */
export function firstUnlisted(numbers: TakenNumbers, space: NameSpace, stem: Key, start: number): number {
  const runs = get(numbers, tagOf(space, stem)) ?? [];
  const run = runs[firstEndingAfter(runs, start)];
  return run !== undefined && run.from <= start ? run.to : start;
}

export function withTaken(numbers: TakenNumbers, space: NameSpace, stem: Key, number: number): TakenNumbers {
  const tag = tagOf(space, stem);
  const runs = get(numbers, tag) ?? [];
  const at = firstEndingAfter(runs, number - 1);
  const run = runs[at];
  if (run !== undefined && run.from <= number && number < run.to) return numbers;
  const joinsBefore = run !== undefined && run.to === number;
  const next = joinsBefore ? runs[at + 1] : run;
  const joinsAfter = next !== undefined && next.from === number + 1;
  const joined = { from: joinsBefore ? run.from : number, to: joinsAfter ? next.to : number + 1 };
  return set(numbers, tag, runs.toSpliced(at, Number(joinsBefore) + Number(joinsAfter), joined));
}

/** After a relation, an index or a constraint has gone or has another name. */
export function withFree(numbers: TakenNumbers, space: "relation" | "constraint", key: Key): TakenNumbers {
  if (numbers.size === 0) return numbers;
  const digits = /(?<!\d)(?:[1-9]\d{0,8})?$/.exec(key.slice(-10))?.[0] ?? "";
  const stem = key.slice(0, key.length - digits.length);
  const number = Number(digits);
  return without(without(numbers, tagOf(space, stem), number), tagOf("both", stem), number);
}

function without(numbers: TakenNumbers, tag: string, number: number): TakenNumbers {
  const runs = get(numbers, tag) ?? [];
  const at = firstEndingAfter(runs, number);
  const run = runs[at];
  if (run === undefined || run.from > number) return numbers;
  const parts = [
    { from: run.from, to: number },
    { from: number + 1, to: run.to },
  ].filter(({ from, to }) => from < to);
  const rest = runs.toSpliced(at, 1, ...parts);
  return rest.length === 0 ? remove(numbers, tag) : set(numbers, tag, rest);
}

/** By halving: a history may free every other number. */
function firstEndingAfter(runs: readonly Run[], number: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.to ?? 0) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}
