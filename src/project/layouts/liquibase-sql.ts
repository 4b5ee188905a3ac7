/** Liquibase's formatted SQL: the changesets of one file, each with its attributes and its way back. Linear. */
import { delimiterOf } from "../../model/changelog.ts";
import { span, type Span } from "../../text/span.ts";
import { linesOf, type Line } from "../scan.ts";

export interface Changeset {
  readonly author: string;
  readonly id: string;
  /** The line that opens it. */
  readonly marker: string;
  readonly part: Span;
  /** The file with blanks or `;` in place of delimiters that aren't SQL; undefined if there are none. */
  readonly text: string | undefined;
  readonly rollback: Rollback | undefined;
}

export interface Rollback {
  /** The file with the commented-out statements laid bare, and blanks in place of all else in `part`. */
  readonly text: string;
  readonly part: Span;
  /** What it says instead of statements: none are needed, or another changeset has them. */
  readonly stated: string | undefined;
}

/** Java's blanks. */
const opening = /^[ \t\v\f]*--[ \t\v\f]*changeset[ \t\v\f](.*)$/i;
/** What Liquibase takes for such a line, and refuses if it can't read it (run with 4.17 and 5.0). */
const meantAsOpening = /^[ \t\v\f]*(?:--[ \t\v\f]*changeset|-[ \t\v\f]*changeset[ \t\v\f])(.*)$/i;
const isRead = /^[ \t\v\f]*--[ \t\v\f]*changeset[ \t\v\f]+(?:"[^"]+"|[^:]+):(?:"[^"]+"|\S+)/i;

/** Lines of a formatted file at which Liquibase refuses it whole. */
export const refusedMarkers = (written: string): readonly Span[] =>
  [...linesOf(withoutIgnored(written))].flatMap(({ text, start }) =>
    meantAsOpening.test(text) && !isRead.test(text) ? [span(start, start + text.length)] : [],
  );

/** Author and id of the line that opens a changeset, or is meant to; undefined for another line. */
function headOf(line: string): readonly [author: string, id: string] | undefined {
  return writtenHead(line) ?? meantHead(line);
}

/** `--changeset: 5`: without an author. */
function meantHead(line: string): readonly [author: string, id: string] | undefined {
  const rest = meantAsOpening.exec(line)?.[1]?.replace(/^[:\s]+/, "");
  if (rest === undefined || isRead.test(line)) return undefined;
  return ["", /^\S+/.exec(rest)?.[0].replaceAll(/[":]/g, "") ?? ""];
}

function writtenHead(line: string): readonly [author: string, id: string] | undefined {
  const rest = opening.exec(line)?.[1]?.trimStart();
  if (rest === undefined) return undefined;
  const quoted = /^"([^"]+)":/.exec(rest);
  const colon = quoted === null ? rest.indexOf(":") : quoted[0].length - 1;
  if (colon < 1) return undefined;
  const id = /^"([^"]+)"|^\S+/.exec(rest.slice(colon + 1).trimStart());
  if (id === null) return undefined;
  return [rest.slice(0, colon).replaceAll('"', "").trim(), id[0].replaceAll('"', "")];
}

/** The lines that would open changesets, also where the file has no header. */
export const markersIn = (text: string): readonly Span[] =>
  [...linesOf(text)].flatMap((line) =>
    writtenHead(line.text) === undefined ? [] : [span(line.start, line.start + line.text.length)],
  );

/** `--rollback empty` */
export const notNeeded = "stated as not needed";

const rollbackLine = /^(\s{0,20}--\s{0,20}rollback\s)(.*)$/i;
const blockStart = /^\s{0,20}\/\*\s{0,20}liquibase\s{0,20}rollback\s*$/i;

/** True if the first line that isn't blank says so. */
export function isFormatted(text: string): boolean {
  const start = text.search(/[^\s\uFEFF]/);
  return start >= 0 && /^--\s*liquibase\s*formatted/i.test(text.slice(start, start + 2000));
}

/** Lines for Liquibase alone, which it doesn't send: MySQL takes `--` for a comment only before a blank. */
const ownLine = /^([ \t]*--)(comment|preconditions?|precondition-[\w-]+|validCheckSum|property)\b/gim;

/**
 * As Liquibase reads it: a lone CR ends a line, lines that it is told to ignore are blank, and its own are comments. Of the
 * same length.
 */
function withoutIgnored(written: string): string {
  const text = (written.includes("\r") ? written.replaceAll(/\r(?!\n)/g, "\n") : written).replaceAll(
    ownLine,
    (_, dashes: string, word: string) => dashes + " ".repeat(word.length),
  );
  if (!/ignoreLines:/i.test(text)) return text;
  let out = "";
  let at = 0;
  /** How many lines are still ignored. */
  let left = 0;
  for (const line of linesOf(text)) {
    const told = /^[ \t]*--[ \t]*ignoreLines:(\w+)$/i.exec(line.text)?.[1]?.toLowerCase();
    const isIgnored = left > 0;
    if (left === Infinity) left = told === "end" ? 0 : left;
    else if (left > 0) left--;
    else if (told === "start") left = Infinity;
    else if (told !== undefined && /^\d+$/.test(told)) left = Number(told);
    if (!isIgnored) continue;
    out += text.slice(at, line.start) + blank(line.text);
    at = line.start + line.text.length;
  }
  return out + text.slice(at);
}

/** What hides dashes from Liquibase, to the end where it isn't closed; then a comment of its own: `--` needs no blank behind it. */
const quotedOrDashes =
  /'[^'\\]*(?:(?:\\[^]?|'')[^'\\]*)*(?:'|$)|"[^"\\]*(?:(?:\\[^]?|"")[^"\\]*)*(?:"|$)|`[^`]*(?:`|$)|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|#[^\n]*|--(\S*)[^\n]*/g;

/**
 * The same with `--rollback`, `--INSERT`, `-----` and `a --b` as comments of MySQL: unless it is told otherwise, Liquibase
 * sends none of them (run with 3.5.5, 3.6.3, 4.9.1, 4.27 and 5.0.1). Undefined: it has none.
 */
export function withDashesAsComments(text: string, marker: string): string | undefined {
  const isSent = attribute(marker, "stripComments")?.toLowerCase() === "false";
  const found = isSent
    ? text.replaceAll(
        /^(\s{0,20}--)(rollback)(?=\s)/gim,
        (_, dashes: string, word: string) => dashes + " ".repeat(word.length),
      )
    : text.replaceAll(quotedOrDashes, (all: string, glued: string | undefined) =>
        glued === undefined ? all : "--" + " ".repeat(glued.length) + all.slice(glued.length + 2),
      );
  return found === text ? undefined : found;
}

export function readChangesets(written: string): readonly Changeset[] {
  const text = withoutIgnored(written);
  const found: Changeset[] = [];
  let open: { readonly line: Line; readonly inside: Line[] } | undefined;
  const close = (end: number): void => {
    if (open === undefined) return;
    for (const one of changesetOf(text, open.line, open.inside, end))
      found.push(text === written ? one : { ...one, text: one.text ?? text });
  };
  for (const line of linesOf(text)) {
    if (headOf(line.text) !== undefined) {
      close(line.start);
      open = { line, inside: [] };
    } else open?.inside.push(line);
  }
  close(text.length);
  return found;
}

function changesetOf(text: string, marker: Line, lines: readonly Line[], end: number): Changeset[] {
  const [author, id] = headOf(marker.text) ?? [];
  if (author === undefined || id === undefined) return [];
  const part = span(marker.next, end);
  return [
    {
      author,
      id,
      marker: marker.text,
      part,
      text: withoutDelimiters(text, marker.text, lines),
      rollback: rollbackOf(text, marker.text, lines),
    },
  ];
}

/** Of the line that opens a changeset; the last one counts, and a quote is a part of it. */
export function dbmsOf(marker: string): string | undefined {
  return [...marker.matchAll(/dbms:(?=([^,][\w!,]+))/gi)].at(-1)?.[1];
}

/** The value of an attribute of the line that opens a changeset. */
export function attribute(marker: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}:\\s?(?:"([^"]*)"|(\\S+))`, "i").exec(marker);
  return found?.[1] ?? found?.[2];
}

const blank = (text: string): string => text.replace(/[^\r\n]/g, " ");

/** Lines of `endDelimiter`, or of `GO` or `/`, end a statement as `;` does. Undefined: the text has none. */
export function withoutDelimiters(
  text: string,
  marker: string,
  lines: Iterable<Line> = linesOf(text),
): string | undefined {
  const written = attribute(marker, "endDelimiter");
  const own = written === undefined ? undefined : delimiterOf(written);
  /** `/` by itself ends a statement on a line of its own only. */
  const isAnywhere = own !== undefined && (/^[^\w\s$;]{2,}$/.test(own) || written === "\\/");
  const ends = new Set(own === undefined || own === "" ? ["GO", "go", "/"] : [own]);
  const edits = [...lines].flatMap((line) => {
    const shown = line.text.trim();
    if (ends.has(shown) && shown !== ";") return [{ start: line.start, length: line.text.length }];
    return isAnywhere && shown.endsWith(own)
      ? [{ start: line.start + line.text.trimEnd().length - own.length, length: own.length }]
      : [];
  });
  if (edits.length === 0) return undefined;
  let at = 0;
  let out = "";
  for (const { start, length } of edits) {
    out += `${text.slice(at, start)};${" ".repeat(length - 1)}`;
    at = start + length;
  }
  return out + text.slice(at);
}

function rollbackOf(text: string, marker: string, lines: readonly Line[]): Rollback | undefined {
  const delimiter = attribute(marker, "rollbackEndDelimiter");
  const bare: Span[] = [];
  let inBlock = false;
  for (const line of lines) {
    const lineEnd = line.start + line.text.length;
    if (inBlock) {
      const close = line.text.trimEnd().endsWith("*/") ? line.text.lastIndexOf("*/") : -1;
      bare.push(span(line.start, close < 0 ? lineEnd : line.start + close));
      inBlock = close < 0;
    } else if (blockStart.test(line.text.slice(0, 200))) inBlock = true;
    else {
      const head = rollbackLine.exec(line.text)?.[1];
      if (head !== undefined) bare.push(span(line.start + head.length, lineEnd));
    }
  }
  const first = bare[0];
  const last = bare.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const part = span(first.start, last.end);
  let at = part.start;
  let out = "";
  for (const { start, end } of bare) {
    const line = text.slice(start, end);
    const isDelimiter = delimiter !== undefined && line.trim() === delimiter;
    out += blank(text.slice(at, start)) + (isDelimiter ? `;${blank(line.slice(1))}` : line);
    at = end;
  }
  const said = out.trim().replace(/;$/, "").toLowerCase();
  const stated =
    said === "" || said === "empty" || said === "not required"
      ? notNeeded
      : /^changesetid:/.test(said)
        ? "another changeset is its rollback"
        : undefined;
  return { text: text.slice(0, part.start) + out + text.slice(part.end), part, stated };
}
