/** Elements and attributes of an XML file, for settings of other tools; text between them is dropped. Linear. */
import { dictionary } from "../../text/dictionary.ts";

export interface Element {
  /** Without a namespace's prefix. */
  readonly name: string;
  /** By their names as written, prefix included. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

const longestTag = 20_000;
const deepest = 60;

/** The elements at the top; undefined if tags don't close. */
export function readXml(text: string): readonly Element[] | undefined {
  interface Open {
    readonly name: string;
    readonly attributes: Record<string, string>;
    readonly children: Element[];
  }
  const top: Open = { name: "", attributes: {}, children: [] };
  const open: Open[] = [top];
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const special = specials.find(([start]) => text.startsWith(start, at));
    const mark = special?.[1] ?? ">";
    const end = special === undefined ? tagEnd(text, at) : text.indexOf(mark, at);
    if (end < 0 || (special === undefined && end - at > longestTag)) return undefined;
    const tag = text.slice(at + 1, end);
    at = end + mark.length;
    if (special !== undefined) continue;
    const parent = open.at(-1) ?? top;
    if (tag.startsWith("/")) {
      if (open.length < 2 || parent.name !== localName(tag.slice(1).trim())) return undefined;
      open.pop();
      continue;
    }
    const name = localName(/^[\w:.-]{1,200}/.exec(tag)?.[0] ?? "");
    if (name === "" || open.length > deepest) return undefined;
    const element = { name, attributes: attributesOf(tag), children: [] };
    parent.children.push(element);
    if (!tag.endsWith("/")) open.push(element);
  }
  return open.length === 1 ? top.children : undefined;
}

const specials: readonly (readonly [start: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** The `>` outside of quotes; -1 if there is none near. */
function tagEnd(text: string, from: number): number {
  let quote = "";
  for (let at = from; at < text.length && at - from <= longestTag; at++) {
    const char = text.charAt(at);
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === ">") return at;
    else if ((char === '"' || char === "'") && !text.startsWith("</", from)) quote = char;
  }
  return -1;
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

function attributesOf(tag: string): Record<string, string> {
  const found: Record<string, string> = dictionary();
  for (const [, name = "", double, single] of tag.matchAll(
    /\s([\w:.-]{1,100})\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
  ))
    found[name] = decoded(double ?? single ?? "");
  return found;
}

const named: Readonly<Record<string, string>> = dictionary({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
});

/** Those that XML itself has; another one stays as it is written. */
const decoded = (text: string): string =>
  text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi,
    (all: string, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? all;
      const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
