/** The values that the variables and parameters of a PL/pgSQL body are given, one after the other: `q := q || ' …'`. */
import type { Token } from "./lexer.ts";
import type { Way } from "./plpgsql-frames.ts";

export interface Given {
  readonly name: string;
  /** Tokens `[from, to)`; undefined: it isn't written as an expression. */
  readonly value: readonly [number, number] | undefined;
  /** Number of the token behind which the variable has it. */
  readonly to: number;
  readonly ways: readonly Way[];
}

/** A value that a variable may have where it is read. */
export interface Written {
  readonly tokens: readonly Token[];
  readonly from: Given;
}

export interface ValuesThen {
  readonly written: readonly Written[];
  /** It may still have what it began with: a parameter, what the caller passes. */
  readonly isFirst: boolean;
}

/** What each variable of the body is given, in the text's order. */
export interface Assignments {
  readonly tokens: readonly Token[];
  readonly given: ReadonlyMap<string, readonly Given[]>;
}

export function assignmentsOf(tokens: readonly Token[], given: readonly Given[]): Assignments {
  const names = new Map<string, Given[]>();
  for (const one of given) {
    const known = names.get(one.name);
    if (known === undefined) names.set(one.name, [one]);
    else known.push(one);
  }
  return { tokens, given: names };
}

/** At a token that stands in these ways: back to the last value that it certainly got on its way there. */
export function valuesThen({ tokens, given }: Assignments, at: Token, ways: readonly Way[]): ValuesThen {
  const written: Written[] = [];
  for (const from of (given.get(at.value) ?? []).toReversed()) {
    const isBefore = (tokens[from.to - 1]?.end ?? 0) <= at.start;
    if (!isBefore || from.ways.some((way) => isOther(way, ways))) continue;
    if (from.value !== undefined) written.push({ tokens: tokens.slice(...from.value), from });
    if (from.ways.every((way) => ways.some((one) => one.at === way.at))) return { written, isFirst: false };
  }
  return { written, isFirst: true };
}

/** THEN and ELSE of one IF. */
const isOther = ({ at, way }: Way, ways: readonly Way[]): boolean =>
  ways.some((one) => one.at === at && one.way !== way);
