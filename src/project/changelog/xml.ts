/** Elements of an XML file with their places. Linear; an entity is never looked up, and no other file is read. */
import type { ChangelogNode, ChangelogTree, WrittenPart, WrittenText } from "../../model/changelog.ts";
import { dictionary } from "../../text/dictionary.ts";
import type { Span } from "../../text/span.ts";

interface Open {
  readonly name: string;
  readonly head: Span;
  readonly attributes: ReadonlyMap<string, WrittenText>;
  readonly children: ChangelogNode[];
  readonly parts: WrittenPart[];
}

const deepest = 60;
const outside: Span = { start: 0, end: 0 };

/** The element at the top; undefined if tags don't close, which `fault` is called with. */
export function readXmlTree(
  text: string,
  fault: (at: number, why: string) => void = () => undefined,
): ChangelogTree | undefined {
  const top: Open = { name: "", head: outside, attributes: new Map(), children: [], parts: [] };
  const open: Open[] = [top];
  const comments: Span[] = [];
  let from = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", from)) {
    const parent = open.at(-1) ?? top;
    addText(parent.parts, text, from, at);
    const special = specials.find(([start]) => text.startsWith(start, at));
    const mark = special?.[1] ?? ">";
    const end = special === undefined ? tagEnd(text, at) : text.indexOf(mark, at + special[0].length);
    if (end < 0) {
      fault(at, `expected ${mark} behind it`);
      return undefined;
    }
    from = end + mark.length;
    if (special !== undefined) {
      if (special[0] === "<!--") comments.push({ start: at, end: from });
      if (special[0] === "<![CDATA[" && end > at + 9)
        parent.parts.push({ text: text.slice(at + 9, end), at: { start: at + 9, end }, exact: true });
      continue;
    }
    if (text.startsWith("</", at)) {
      if (open.length < 2 || parent.name !== localName(text.slice(at + 2, end).trim())) {
        fault(at, open.length < 2 ? "it closes nothing" : `expected </${parent.name}>`);
        return undefined;
      }
      open.pop();
      (open.at(-1) ?? top).children.push(closed(parent, from));
      continue;
    }
    const name = localName(/^<([\w:.-]{1,200})/.exec(text.slice(at, at + 210))?.[1] ?? "");
    if (name === "" || open.length > deepest) {
      fault(at, name === "" ? "expected the name of an element" : "it is nested too deeply");
      return undefined;
    }
    const isEmpty = text[end - 1] === "/";
    const attributes = attributesOf(text, at, end);
    const element = { name, head: { start: at, end: from }, attributes, children: [], parts: [] };
    if (isEmpty) parent.children.push(closed(element, from));
    else open.push(element);
  }
  const [root] = top.children;
  if (open.length > 1)
    fault(open.at(-1)?.head.start ?? 0, `expected </${open.at(-1)?.name ?? ""}> behind it`);
  return open.length === 1 && root !== undefined ? { root, comments } : undefined;
}

const specials: readonly (readonly [start: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

function closed({ name, head, attributes, children, parts }: Open, end: number): ChangelogNode {
  const value = parts.map(({ text }) => text).join("");
  return {
    name,
    at: { start: head.start, end },
    head,
    attributes,
    children,
    text: value.trim() === "" ? undefined : { value, parts },
  };
}

/** The `>` outside of quotes; -1 if there is none. */
function tagEnd(text: string, from: number): number {
  if (text.startsWith("</", from)) return text.indexOf(">", from);
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === ">") return at;
    else if (char === '"' || char === "'") quote = char;
  }
  return -1;
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

function attributesOf(text: string, start: number, end: number): Map<string, WrittenText> {
  const found = new Map<string, WrittenText>();
  const pattern = /\s([\w:.-]{1,100})\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
  const tag = text.slice(start, end);
  for (const match of tag.matchAll(pattern)) {
    const [all, name = "", double, single] = match;
    const value = double ?? single ?? "";
    const to = start + match.index + all.length - 1;
    const parts: WrittenPart[] = [];
    addText(parts, text, to - value.length, to);
    if (!found.has(name)) found.set(name, { value: parts.map((part) => part.text).join(""), parts });
  }
  return found;
}

const named: Readonly<Record<string, string>> = dictionary({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
});

const entity = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi;

/** Text with the entities that XML itself has; another one stays as it is written. */
function addText(parts: WrittenPart[], text: string, start: number, end: number): void {
  if (start >= end) return;
  const own = text.slice(start, end);
  let at = 0;
  const exact = (to: number): void => {
    if (to > at)
      parts.push({ text: own.slice(at, to), at: { start: start + at, end: start + to }, exact: true });
  };
  if (own.includes("&"))
    for (const match of own.matchAll(entity)) {
      const shown = decoded(match[1], match[2], match[3]);
      if (shown === undefined) continue;
      exact(match.index);
      at = match.index + match[0].length;
      parts.push({ text: shown, at: { start: start + match.index, end: start + at }, exact: false });
    }
  exact(own.length);
}

function decoded(decimal?: string, hexadecimal?: string, name?: string): string | undefined {
  if (name !== undefined) return named[name];
  const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
