/** As much of YAML as settings of tools are written in: block mappings and lists, single values, `{a: b}` and `[a, b]`. */
import { linesOf } from "../scan.ts";
import { dictionary } from "../../text/dictionary.ts";

interface Row {
  readonly indent: number;
  readonly text: string;
}

const deepest = 60;

/** Records, arrays and texts; undefined for what needs a whole reader: anchors, tags, keys of several lines. */
export function readYaml(text: string): unknown {
  const reader = new YamlReader(rowsOf(text));
  const value = reader.block(0, 0);
  return reader.isDone ? value : undefined;
}

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  /** Lines of a block scalar are deeper than this; they are dropped. */
  let scalar: number | undefined;
  for (const { text: line } of linesOf(text)) {
    const bare = line.trimStart();
    const indent = line.length - bare.length;
    if (bare === "" || bare.startsWith("#") || /^(?:---|\.\.\.|%YAML)/.test(line)) continue;
    if (scalar !== undefined && indent > scalar) continue;
    const shown = withoutComment(bare).trimEnd();
    // What follows a dash stands where it stands.
    const dashes = /^(?:-\s+(?=\S+\s*:))*/.exec(bare)?.[0].length ?? 0;
    scalar = /[:-]\s+[|>][-+\d]{0,3}$/.test(shown) ? indent + dashes : undefined;
    rows.push({ indent, text: shown });
  }
  return rows;
}

function withoutComment(text: string): string {
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === "#" && /\s/.test(text.charAt(at - 1))) return text.slice(0, at);
  }
  return text;
}

class YamlReader {
  readonly #rows: Row[];
  #at = 0;
  #failed = false;

  constructor(rows: readonly Row[]) {
    this.#rows = [...rows];
  }

  get isDone(): boolean {
    return !this.#failed && this.#at === this.#rows.length;
  }

  /** The mapping or list whose rows stand `least` or deeper. */
  block(least: number, depth: number): unknown {
    const first = this.#rows[this.#at];
    if (first === undefined || first.indent < least) return null;
    if (depth > deepest) this.#failed = true;
    if (this.#failed) return undefined;
    return /^-(?:\s|$)/.test(first.text)
      ? this.#list(first.indent, depth)
      : this.#mapping(first.indent, depth);
  }

  #list(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let row = this.#rows[this.#at]; row?.indent === indent; row = this.#rows[this.#at]) {
      if (!/^-(?:\s|$)/.test(row.text) || this.#failed) break;
      const rest = row.text.slice(1).trimStart();
      if (rest === "") {
        this.#at++;
        items.push(this.block(indent + 1, depth + 1));
      } else if (keyOf(rest) === undefined) {
        this.#at++;
        items.push(this.#value(rest));
      } else {
        // What follows the dash is the first row of a mapping that stands where it stands.
        this.#rows[this.#at] = { indent: indent + row.text.length - rest.length, text: rest };
        items.push(this.block(indent + 1, depth + 1));
      }
    }
    return items;
  }

  #mapping(indent: number, depth: number): Record<string, unknown> {
    const found: Record<string, unknown> = dictionary();
    for (let row = this.#rows[this.#at]; row?.indent === indent; row = this.#rows[this.#at]) {
      const pair = keyOf(row.text);
      if (pair === undefined || this.#failed) {
        this.#failed ||= !row.text.startsWith("-");
        break;
      }
      this.#at++;
      const [key, rest] = pair;
      const next = this.#rows[this.#at];
      // A list may stand as deep as its key.
      const least = next !== undefined && /^-(?:\s|$)/.test(next.text) ? indent : indent + 1;
      found[key] = rest === "" ? this.block(least, depth + 1) : this.#value(rest);
    }
    return found;
  }

  #value(text: string): unknown {
    const [value, end] = flow(text, 0, 0);
    if (end !== text.length) this.#failed = true;
    return value;
  }
}

/** A single value, `{a: b}` or `[a, b]` from `at`, and where it ends; -1 if it needs a whole reader. */
function flow(text: string, at: number, depth: number): readonly [value: unknown, end: number] {
  const first = text.charAt(at);
  if (/[&*!]/.test(first) || depth > deepest) return [undefined, -1];
  if (first === '"' || first === "'") {
    const quoted = quotedAt.exec(((quotedAt.lastIndex = at), text));
    const value = quoted === null ? undefined : unquoted(quoted[0]);
    return value === undefined ? [undefined, -1] : [value, blankEnd(text, quotedAt.lastIndex)];
  }
  if (first !== "{" && first !== "[") {
    if (depth === 0) return [text.slice(at), text.length];
    plain.lastIndex = at;
    const value = plain.exec(text)?.[0] ?? "";
    return [value.trim(), at + value.length];
  }
  const isRecord = first === "{";
  const pairs: Record<string, unknown> = dictionary();
  const items: unknown[] = [];
  const close = isRecord ? "}" : "]";
  let here = blankEnd(text, at + 1);
  while (text.charAt(here) !== close) {
    if (isRecord) {
      const pair = keyOf(text.slice(here, here + 500));
      if (pair === undefined || Object.hasOwn(pairs, pair[0])) return [undefined, -1];
      const [value, end] = flow(text, blankEnd(text, here + pair[2]), depth + 1);
      pairs[pair[0]] = value;
      here = end;
    } else {
      const [value, end] = flow(text, here, depth + 1);
      if (/:(?:\s|$)/.test(typeof value === "string" && end > 0 ? value : "")) return [undefined, -1];
      items.push(value);
      here = end;
    }
    if (here < 0) return [undefined, -1];
    if (text.charAt(here) === ",") here = blankEnd(text, here + 1);
    else if (text.charAt(here) !== close) return [undefined, -1];
  }
  return [isRecord ? pairs : items, blankEnd(text, here + 1)];
}

const plain = /[^,{}[\]]+/y;
const quotedAt = /"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'/y;
const blanks = /\s*/y;

function blankEnd(text: string, at: number): number {
  blanks.lastIndex = at;
  return at + (blanks.exec(text)?.[0].length ?? 0);
}

/** `key: rest`, and how long the key is as written; undefined for a text that is no pair. */
function keyOf(text: string): readonly [key: string, rest: string, length: number] | undefined {
  const [whole, key] = /^("[^"]{0,200}"|'[^']{0,200}'|[\w.$/-][\w .$/-]{0,200}):(?=\s|$)/.exec(text) ?? [];
  const name = key === undefined ? undefined : unquoted(key.trim());
  return whole === undefined || name === undefined
    ? undefined
    : [name, text.slice(whole.length).trim(), whole.length];
}

const escapes: Readonly<Record<string, string>> = dictionary({
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b" },
  ...{ " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
});

/** Undefined for an escape that YAML doesn't have. */
function unquoted(text: string): string | undefined {
  if (/^'[^]*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^"[^]*"$/.test(text)) return text;
  const inner = text.slice(1, -1);
  const value = inner.replaceAll(escape, (_all, x?: string, u?: string, long?: string, char = "") => {
    const digits = x ?? u ?? long;
    return digits === undefined ? (escapes[char as string] ?? "\ufffe") : codePoint(parseInt(digits, 16));
  });
  return value.includes("\ufffe") ? undefined : value;
}

const escape = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g;

/** U+FFFE, which is no character, stands for what can't be read. */
const codePoint = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffe");
