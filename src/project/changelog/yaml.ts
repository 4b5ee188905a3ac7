/** YAML with places. */
import type { Node, ParsedNode } from "yaml";
import { loadYaml } from "../libraries.ts";
import type { Span } from "../../text/span.ts";
import type { PlacedValue } from "./placed.ts";

/** So many characters may take three seconds. */
const longest = 900_000;
/** Read twice where SnakeYAML takes what this parser doesn't: see `onOneLine`. */
const longestCut = 100_000;
const deepest = 60;
const longestValue = 20_000;
/** Values, counted as often as an alias repeats them. */
const most = 200_000;

interface YamlTree {
  readonly value: PlacedValue;
  readonly comments: readonly Span[];
}

/** Undefined: not one document of YAML. */
export function readYamlTree(text: string): YamlTree | undefined {
  if (text.length > longest) return undefined;
  const { CST, Parser } = loadYaml();
  try {
    const document = parsed(text);
    if (document.errors.length > 0 || document.contents === null) return undefined;
    const value = placed(document.contents, { left: most, anchors: new Map() }, 0);
    if (value === undefined) return undefined;
    const comments: Span[] = [];
    for (const token of new Parser().parse(text)) commentsOf(CST, token, comments);
    return { value, comments };
  } catch {
    return undefined; // a RangeError for what is nested too deeply
  }
}

/** Where it isn't YAML, and why. */
export function faultInYaml(text: string): readonly [at: number, why: string] | undefined {
  try {
    const [error] = text.length > longest ? [] : parsed(text).errors;
    return error && [error.pos[0], (error.message.split("\n")[0] ?? "").replace(/ at line \d+.*$/, "")];
  } catch {
    return undefined;
  }
}

function parsed(text: string): ReturnType<ReturnType<typeof loadYaml>["parseDocument"]> {
  const { parseDocument } = loadYaml();
  const parse = (from: string) =>
    parseDocument(from, { schema: "failsafe", merge: true, uniqueKeys: false, logLevel: "error" });
  const strict = parse(text);
  const isStricter = text.length < longestCut && strict.errors.some(({ code }) => stricter.has(code));
  return isStricter ? parse(onOneLine(text)) : strict;
}

/** What is said of further lines that stand too far left. */
const stricter: ReadonlySet<string> = new Set(["MISSING_CHAR", "BAD_INDENT"]);

/**
 * SnakeYAML takes the further lines of a quoted value and of `{ … }` or `[ … ]` as far left as they are: the places stay,
 * and a break is a blank anyway.
 */
function onOneLine(text: string): string {
  let done = "";
  let from = 0;
  for (const { index } of text.matchAll(/(?<=[-:][ \t]{1,9})["'{[]/g)) {
    const end = index < from ? undefined : endOfValue(text, index);
    if (end === undefined) continue;
    done += text.slice(from, index) + text.slice(index, end).replaceAll(/[\r\n]/g, " ");
    from = end;
  }
  return done + text.slice(from);
}

/** Behind the quoted value, the braces or the brackets that open here; undefined: a comment is in them, or they stay open. */
function endOfValue(text: string, start: number): number | undefined {
  const open: string[] = [];
  const parts = /"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[{}[\]]|[#"']/g;
  parts.lastIndex = start;
  for (
    let part = parts.exec(text);
    part !== null && part.index - start < longestValue;
    part = parts.exec(text)
  ) {
    const [found] = part;
    if (found === "{" || found === "[") open.push(found);
    else if (found === "}" || found === "]") {
      if (open.pop() !== (found === "}" ? "{" : "[")) return undefined;
    } else if (found.length === 1) return undefined;
    if (open.length === 0) return parts.lastIndex;
    if (open.length > deepest) return undefined;
  }
  return undefined;
}

interface Reading {
  /** How many values may still be read. */
  left: number;
  readonly anchors: Map<string, Node>;
}

function placed(node: Node | null | undefined, reading: Reading, depth: number): PlacedValue | undefined {
  if (depth > deepest || reading.left-- <= 0) return undefined;
  const [start = 0, end = start] = (node as ParsedNode | null | undefined)?.range ?? [];
  const at = { start, end };
  const { isScalar, isSeq, isMap, isAlias } = loadYaml();
  if (node === null || node === undefined) return { is: "nothing", value: "", at };
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source);
    return target === undefined ? undefined : placed(target, reading, depth + 1);
  }
  if ("anchor" in node && node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  if (isScalar(node)) {
    // The schema knows no other values.
    const value = typeof node.value === "string" ? node.value : "";
    const isNothing = node.type === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(value);
    return { is: isNothing ? "nothing" : "text", value, at };
  }
  if (isSeq(node)) {
    const items: PlacedValue[] = [];
    for (const item of node.items) {
      const own = placed(item as Node | null, reading, depth + 1);
      if (own === undefined) return undefined;
      items.push(own);
    }
    return { is: "list", items, at };
  }
  if (!isMap(node)) return undefined;
  const entries: { key: string; keyAt: Span; value: PlacedValue }[] = [];
  for (const { key, value } of node.items) {
    const own = placed(value as Node | null, reading, depth + 1);
    if (own === undefined) return undefined;
    if (!isScalar(key)) continue;
    const [keyStart, keyEnd] = (key as unknown as ParsedNode).range;
    // What is written beside it wins, on whichever side.
    if (key.value === "<<" && own.is === "record") entries.unshift(...own.entries);
    else entries.push({ key: String(key.value), keyAt: { start: keyStart, end: keyEnd }, value: own });
  }
  return { is: "record", entries, at };
}

type Cst = ReturnType<typeof loadYaml>["CST"];

/** Walks the tokens without recursion: they may be nested deeply. */
function commentsOf(cst: Cst, token: unknown, found: Span[]): void {
  const left: unknown[] = [token];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== "object" || one === null) continue;
    if (Array.isArray(one)) {
      for (let i = one.length - 1; i >= 0; i--) left.push(one[i]);
      continue;
    }
    const { type, offset, source } = one as { type?: string; offset?: number; source?: string };
    if (type === "comment" && offset !== undefined && source !== undefined)
      found.push({ start: offset, end: offset + source.length });
    for (const key of ["end", "sep", "value", "key", "start", "props", "items"])
      left.push((one as Record<string, unknown>)[key]);
  }
  found.sort((a, b) => a.start - b.start);
}
