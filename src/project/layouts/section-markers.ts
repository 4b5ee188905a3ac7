/** The lines that open an up and a down section, per tool. */

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
  /** The down section in words: `-- +goose Down`. */
  readonly down: string;
}

const style = (tool: string, up: RegExp | undefined, down: RegExp, shown: string): MarkerStyle => ({
  tool,
  upIsOptional: up === undefined || tool === "node-pg-migrate",
  isPlainWords: tool === "node-pg-migrate",
  down: shown,
  marker: (line) =>
    line.length > 300 ? undefined : up?.test(line) === true ? "up" : down.test(line) ? "down" : undefined,
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

export const markerStyles: readonly MarkerStyle[] = [
  style("goose", /^--\s*\+goose\s+up\s*$/i, /^--\s*\+goose\s+down\s*$/i, "-- +goose Down"),
  style("dbmate", /^--\s*migrate:up(?:\s|$)/, /^--\s*migrate:down(?:\s|$)/, "-- migrate:down"),
  style("sql-migrate", /^-- \+migrate Up(?:\s|$)/, /^-- \+migrate Down(?:\s|$)/, "-- +migrate Down"),
  style("tern", undefined, /^---- create above \/ drop below ----$/, "---- create above / drop below ----"),
  style("mybatis-migrations", undefined, /^\s*--\s*\/\/\s*@UNDO/i, "-- //@UNDO"),
  style(
    "play-evolutions",
    /^\s*(?:#|--)\s*---\s*!Ups|^\s*(?:#|--)\s*!Ups/,
    /^\s*(?:#|--)\s*---\s*!Downs|^\s*(?:#|--)\s*!Downs/,
    "-- !Downs",
  ),
  style(
    "node-pg-migrate",
    /^\s*--[\s-]*up\s+migration/i,
    /^\s*--[\s-]*down\s+migration/i,
    "-- Down Migration",
  ),
  { tool: "raw", marker: rawMarker, upIsOptional: true, isPlainWords: true, down: "-- DOWN" },
];
