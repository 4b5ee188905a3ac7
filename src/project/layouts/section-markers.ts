/** The lines that open an up and a down section, and those that only look so. */

/** The direction of the section that a line opens. */
export type MarkerKind = "up" | "down";

export interface MarkerStyle {
  marker(line: string): MarkerKind | undefined;
  /** A file without an up marker is wholly up until its down marker. */
  readonly upIsOptional: boolean;
  /** The markers are words that a comment of another project may consist of. */
  readonly isPlainWords: boolean;
  /** The sections in words: `-- +goose Up`, `-- +goose Down`; an up that is optional has none. */
  readonly up: string;
  readonly down: string;
  /** What the tool makes of a line that opens no section, where it may have been meant to. */
  fault?(line: string): MarkerFault | undefined;
}

/** What a tool makes of a line that was meant for it. */
export interface MarkerFault {
  readonly message: string;
  readonly instead: string;
}

interface Marks {
  /** Undefined: the file begins with its up section. */
  readonly opens?: RegExp;
  readonly closes: RegExp;
  readonly up?: string;
  readonly down: string;
  readonly upIsOptional?: boolean;
  readonly isPlainWords?: boolean;
  readonly fault?: (line: string) => MarkerFault | undefined;
}

/** A style of two patterns. */
export const marks = ({ opens, closes, up = "", down, fault, ...more }: Marks): MarkerStyle => ({
  upIsOptional: more.upIsOptional ?? opens === undefined,
  isPlainWords: more.isPlainWords ?? false,
  up,
  down,
  marker: (line) => (opens?.test(line) === true ? "up" : closes.test(line) ? "down" : undefined),
  ...(fault === undefined ? {} : { fault }),
});

/** Blanks to Go's regular expressions, and to its functions on strings: other than those of JavaScript. */
export const ascii = "[\\t\\f\\r ]";
export const unicode = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

/** A line with a slip of the pen, as in `-- + goose Down`: the tool takes it for a comment, or refuses the file. */
export const markerFault = (line: string, style: MarkerStyle): MarkerFault | undefined =>
  line.length > 120 || style.marker(line) !== undefined ? undefined : style.fault?.(line);

/** What stands in front of a tool's words, and what these are. */
interface OwnWords {
  readonly tool: string;
  readonly before: string;
  readonly words: readonly string[];
}

/** A line that is one of the tool's but for blanks, case and a plus sign: the tool takes it for a comment. */
export function slip(line: string, { tool, before, words }: OwnWords): MarkerFault | undefined {
  const said = bare(line);
  const word = words.find((one) =>
    [bare(before + one), bare((before + one).replace("+", ""))].includes(said),
  );
  if (word === undefined || line.replace(/[\t\f\r ]+$/, "") === before + word) return undefined;
  const below = word.toLowerCase() === "down" ? ": what is below runs with the up" : "";
  return { message: `${tool} treats it as a comment${below}`, instead: `write it as ${before}${word}` };
}

/** Without blanks and in lower case. */
const bare = (line: string): string => line.replaceAll(/\s/g, "").toLowerCase();
