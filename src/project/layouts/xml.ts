/** Elements and attributes of an XML file, for settings of other tools; text between them is dropped. Linear. */
import { dictionary } from "../../text/dictionary.ts";

export interface Element {
  /** Without a namespace's prefix. */
  readonly name: string;
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
    const end = text.indexOf(mark, at);
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

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

function attributesOf(tag: string): Record<string, string> {
  const found: Record<string, string> = dictionary();
  for (const [, name = "", double, single] of tag.matchAll(
    /\s([\w:.-]{1,100})\s?=\s?(?:"([^"]*)"|'([^']*)')/g,
  ))
    found[localName(name)] = double ?? single ?? "";
  return found;
}
