/** Random values with so much room that rows have different ones: with 1,000,000 values, two of 3,000 rows share one. */
import type { DialectFamily } from "../../../model/dialect.ts";
import { isChance } from "./volatile.ts";

interface Word {
  readonly kind: string;
  readonly value: string;
}

const rounds = /^(?:floor|ceil|ceiling|round|trunc|truncate|mod|width_bucket|to_char|format)$/;
/** Types of whole numbers, and the operator that gives one. */
const whole = /^(?:int|int2|int4|int8|integer|smallint|bigint|signed|unsigned|div)$/;
const cuts = /^(?:left|right|substr|substring|mid|gen_random_bytes|random_bytes)$/;
/** Of characters one after the other. */
const collects = /^(?:string_agg|array_agg|group_concat)$/;

/** So many digits of a hash, so many bytes, such a factor leave room. */
const enoughDigits = 8;
const enoughBytes = 4;
const enoughValues = 1e10;
/** Numbers that are put together make up for what each lacks. */
const enoughNumbers = 4;

/** A random value in it differs from row to row. `isWhole`: it goes to a column of whole numbers. */
export function hasRoomyChance(tokens: readonly Word[], family: DialectFamily, isWhole = false): boolean {
  const words = tokens.filter(({ kind }) => kind !== "string" && kind !== "comment");
  const chances = words.flatMap(({ value: name }, at) => (isChance({ name }, family) ? [at] : []));
  if (chances.length >= enoughNumbers || words.some(({ value }) => collects.test(value)))
    return chances.length > 0;
  return chances.some((at) => {
    const around = callsAround(words, at);
    const named = (names: RegExp): boolean => around.some((call) => names.test(words[call]?.value ?? ""));
    if (around.some((call) => isNarrow(words, call))) return false;
    if (!/^(?:random|rand|random_normal)$/.test(words[at]?.value ?? "") || named(hashes)) return true;
    if (words.some(({ kind, value }) => kind === "number" && Number(value) >= enoughValues)) return true;
    const isOfRange = words[at]?.value === "random" && words[at + 2]?.value !== ")";
    return (
      !isWhole && !isOfRange && !named(rounds) && !words.slice(at).some(({ value }) => whole.test(value))
    );
  });
}

const hashes = /^(?:md5|sha1?|sha2|sha224|sha256|sha384|sha512|digest|hash\w*)$/;

/** Places of the names of calls in whose arguments the word at `place` stands, and its own. */
function callsAround(words: readonly Word[], place: number): readonly number[] {
  const open: number[] = [];
  for (let at = 0; at < place; at++) {
    if (words[at]?.value === "(") open.push(at - 1);
    else if (words[at]?.value === ")") open.pop();
  }
  return [...open, place];
}

function isNarrow(words: readonly Word[], call: number): boolean {
  const { value: name = "" } = words[call] ?? {};
  if (!cuts.test(name)) return false;
  const last = lastArgument(words, call);
  return (
    last?.kind === "number" && Number(last.value) < (name.includes("bytes") ? enoughBytes : enoughDigits)
  );
}

function lastArgument(words: readonly Word[], call: number): Word | undefined {
  for (let at = call + 1, depth = 0; at < words.length; at++) {
    if (words[at]?.value === "(") depth++;
    else if (words[at]?.value === ")" && --depth === 0) return words[at - 1];
  }
  return undefined;
}
