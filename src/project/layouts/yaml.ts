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
    scalar = /[:-]\s[|>][-+\d]{0,3}\s*$/.test(bare) ? indent : undefined;
    rows.push({ indent, text: withoutComment(bare).trimEnd() });
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
    if (/^[&*!]/.test(text)) this.#failed = true;
    if (text.startsWith("{") && text.endsWith("}")) {
      const pairs = text
        .slice(1, -1)
        .split(",")
        .flatMap((part) => {
          const pair = keyOf(part.trim());
          return pair === undefined ? [] : [[pair[0], unquoted(pair[1])]];
        });
      return Object.fromEntries(pairs);
    }
    if (text.startsWith("[") && text.endsWith("]"))
      return text
        .slice(1, -1)
        .split(",")
        .map((part) => unquoted(part.trim()));
    return unquoted(text);
  }
}

/** `key: rest`; undefined for a text that is no pair. */
function keyOf(text: string): readonly [key: string, rest: string] | undefined {
  const [whole, key] = /^("[^"]{0,200}"|'[^']{0,200}'|[\w.$/-][\w .$/-]{0,200}):(?=\s|$)/.exec(text) ?? [];
  return whole === undefined || key === undefined
    ? undefined
    : [unquoted(key), text.slice(whole.length).trim()];
}

const unquoted = (text: string): string => /^"(.*)"$|^'(.*)'$/.exec(text)?.slice(1).find(Boolean) ?? text;
