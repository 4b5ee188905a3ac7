/** The lines that open an up and a down section, per tool, and those that only look so. */
import { dictionary } from "../../text/dictionary.ts";

/** The direction of the section that a line opens. */
export type MarkerKind = "up" | "down";

export interface MarkerStyle {
  /** The tool, or `raw` for `-- UP` and `-- DOWN`. */
  readonly tool: string;
  marker(line: string): MarkerKind | undefined;
  /** A file without an up marker is wholly up until its down marker. */
  readonly upIsOptional: boolean;
  /** The markers are words that a comment of another project may consist of. */
  readonly isPlainWords: boolean;
  /** The sections in words: `-- +goose Up`, `-- +goose Down`; an up that is optional has none. */
  readonly up: string;
  readonly down: string;
}

const style = (
  tool: string,
  up: RegExp | undefined,
  down: RegExp,
  shown: string,
  shownUp = "",
): MarkerStyle => ({
  tool,
  upIsOptional: up === undefined || tool === "node-pg-migrate",
  isPlainWords: tool === "node-pg-migrate",
  up: shownUp,
  down: shown,
  marker: (line) => (up?.test(line) === true ? "up" : down.test(line) ? "down" : undefined),
});

const upWords = new Set(["up", "do", "forward", "apply"]);
const downWords = new Set(["down", "undo", "rollback", "revert"]);

/** `-- UP`, `--- Rollback script:`, `-- ==== down ====`, `-- @UP`: a comment of that word alone. */
function rawMarker(line: string): MarkerKind | undefined {
  if (line.length > 120) return undefined;
  const trimmed = line.trim();
  if (!trimmed.startsWith("--")) return undefined;
  const words = trimmed
    .replace(/[-=:@+*#]/g, " ")
    .trim()
    .toLowerCase()
    .split(/\s+/);
  if (words[0] === "migrate") words.shift();
  const [word = "", noun, ...more] = words;
  if (more.length > 0 || (noun !== undefined && !["migration", "script", "section"].includes(noun)))
    return undefined;
  return upWords.has(word) ? "up" : downWords.has(word) ? "down" : undefined;
}

/** Blanks to Go's regular expressions, and to its functions on strings: other than those of JavaScript. */
const ascii = "[\\t\\f\\r ]";
const unicode = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

export const markerStyles: readonly MarkerStyle[] = [
  // The name as it is, the word in any case.
  style(
    "goose",
    new RegExp(`^--${unicode}*\\+goose${unicode}*[uU][pP]${unicode}*$`),
    new RegExp(`^--${unicode}*\\+goose${unicode}*[dD][oO][wW][nN]${unicode}*$`),
    "-- +goose Down",
    "-- +goose Up",
  ),
  style(
    "dbmate",
    new RegExp(`^--${ascii}*migrate:up(?:${ascii}|$)`),
    new RegExp(`^--${ascii}*migrate:down(?:${ascii}|$)`),
    "-- migrate:down",
    "-- migrate:up",
  ),
  style(
    "sql-migrate",
    new RegExp(`^-- \\+migrate ${unicode}*Up(?:${unicode}|$)`),
    new RegExp(`^-- \\+migrate ${unicode}*Down(?:${unicode}|$)`),
    "-- +migrate Down",
    "-- +migrate Up",
  ),
  style("tern", undefined, /^---- create above \/ drop below ----$/, "---- create above / drop below ----"),
  style("mybatis-migrations", undefined, /^\s*--\s*\/\/\s*@UNDO/i, "-- //@UNDO"),
  style("play-evolutions", /^(?:#|--).*!Ups/, /^(?:#|--).*!Downs/, "-- !Downs", "-- !Ups"),
  style(
    "node-pg-migrate",
    /^\s*--[\s-]*up\s+migration/i,
    /^\s*--[\s-]*down\s+migration/i,
    "-- Down Migration",
  ),
  { tool: "raw", marker: rawMarker, upIsOptional: true, isPlainWords: true, up: "-- UP", down: "-- DOWN" },
];

/** What a tool makes of a line that was meant for it. */
export interface MarkerFault {
  readonly message: string;
  readonly instead: string;
}

/** As goose has them; it refuses a file with any other word behind its name. */
const gooseWords = [
  "Up",
  "Down",
  "StatementBegin",
  "StatementEnd",
  "NO TRANSACTION",
  "ENVSUB ON",
  "ENVSUB OFF",
];

/** Names of tools as they stand in front of their words, and what these are. */
const ownWords: Readonly<Record<string, { readonly before: string; readonly words: readonly string[] }>> =
  dictionary({
    goose: { before: "-- +goose ", words: gooseWords },
    dbmate: { before: "-- migrate:", words: ["up", "down"] },
    "sql-migrate": { before: "-- +migrate ", words: ["Up", "Down", "StatementBegin", "StatementEnd"] },
  });

/** A line with a slip of the pen, as in `-- + goose Down`: the tool takes it for a comment, or refuses the file. */
export function markerFault(line: string, style: MarkerStyle): MarkerFault | undefined {
  const { tool } = style;
  const own = ownWords[tool];
  if (own === undefined || line.length > 120 || style.marker(line) !== undefined) return undefined;
  if (tool === "goose" && line.trimStart().startsWith("--") && line.includes("+goose")) return refused(line);
  const { before, words } = own;
  const said = bare(line);
  const word = words.find((one) =>
    [bare(before + one), bare((before + one).replace("+", ""))].includes(said),
  );
  if (word === undefined || line.replace(/[\t\f\r ]+$/, "") === before + word) return undefined;
  const below = word.toLowerCase() === "down" ? ": what is below runs with the up" : "";
  return { message: `${tool} takes it for a comment${below}`, instead: `write it as ${before}${word}` };
}

/** Without blanks and in lower case. */
const bare = (line: string): string => line.replaceAll(/\s/g, "").toLowerCase();

/** Goose wants each line with its name to be one of its own. */
function refused(line: string): MarkerFault | undefined {
  const said = line.replaceAll("--", "").replace("+goose", "").trim();
  const isKnown = gooseWords.some((word) => word.toLowerCase() === said.toLowerCase());
  if (isKnown && !/^\s/.test(line)) return undefined;
  return {
    message: isKnown
      ? "goose refuses the file: blanks are in front of its annotation"
      : "goose refuses the file: it has no such annotation",
    instead: isKnown ? `write it as -- +goose ${said}` : `one of: ${gooseWords.join(", ")}`,
  };
}
