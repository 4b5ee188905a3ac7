/** Writing XML 1.0. */
import { replaceHashCommands } from "../text/commands.ts";
import { escaped as visible, replaceDangerous } from "../text/printable.ts";
import { dictionary } from "../text/dictionary.ts";

type Attributes = Readonly<Record<string, string | number>>;

/** An element of elements or of one text; its text stands on the line of its tags, since blanks would belong to it. */
export interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly content: readonly Element[] | string;
}

export const element = (name: string, attributes: Attributes, content: Element["content"] = []): Element => ({
  name,
  attributes,
  content,
});

export const xmlText = (root: Element): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, "")}`;

function written({ name, attributes, content }: Element, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(String(value))}"`);
  const open = `${indent}<${name}${pairs.join("")}`;
  if (content.length === 0) return `${open}/>\n`;
  if (typeof content === "string") return `${open}>${escaped(content)}</${name}>\n`;
  return `${open}>\n${content.map((one) => written(one, `${indent}  `)).join("")}${indent}</${name}>\n`;
}

const entities: Readonly<Record<string, string>> = dictionary({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
});

/** Of a log, no line is a command; whoever reads the XML gets the text as it was, but for what XML can't hold. */
const escaped = (text: string): string => {
  const entitled = text.replace(forbidden, visible).replace(/[&<>"]/g, (c) => entities[c] ?? c);
  const inLines = replaceHashCommands(replaceDangerous(entitled, reference), "&#91;");
  return inLines.replace(/^([^\S\n]*):(?=:)/gm, "$1&#58;");
};

const reference = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;

/** Readers would turn line breaks of an attribute into blanks. */
const attributeText = (text: string): string => escaped(text).replace(/[\t\n]/g, reference);

/** What no XML 1.0 document may hold, not even escaped: control characters, lone surrogates, U+FFFE and U+FFFF. */
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
