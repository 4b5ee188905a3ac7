/** Names that the server makes up (its makeObjectName and ChooseRelationName), measured against PostgreSQL 18. */
import type { Expression } from "../model/expression.ts";
import { keyOf, type Key } from "../model/names.ts";
import type { IndexElement } from "../model/operation.ts";
import { Draft } from "./draft.ts";
import type { Index } from "./model.ts";
import { stateOf, type Schema } from "./schema.ts";
import { constraintNameTag } from "./state.ts";
import type { NameSpace } from "./taken-numbers.ts";

/** Longest identifier in bytes. */
const longest = 63;
/** In UTF-8; an unpaired surrogate counts as the character that stands for it. */
function bytes(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code >= 0x10000) i++;
  }
  return sum;
}

/** The longest beginning of at most `limit` bytes that cuts no character. */
export function clip(text: string, limit = longest): string {
  if (text.length * 3 <= limit) return text;
  let size = 0;
  let end = 0;
  for (const character of text) {
    size += bytes(character);
    if (size > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `first_second_label`, the longer of the first two shortened until all fits in 63 bytes. */
export function makeObjectName(first: string, second: string | undefined, label: string): string {
  const room = longest - (bytes(label) + 1) - (second === undefined ? 0 : 1);
  let left = bytes(first);
  let right = second === undefined ? 0 : bytes(second);
  while (left + right > room) {
    if (left > right) left--;
    else right--;
  }
  const parts = [clip(first, left)];
  if (second !== undefined) parts.push(clip(second, right));
  return [...parts, label].join("_");
}

const relationTaken = (draft: Draft, schema: string, name: string): boolean =>
  draft.relation(keyOf(schema, name)) !== undefined || draft.index(keyOf(schema, name)) !== undefined;
const constraintTaken = (draft: Draft, schema: string, name: string): boolean =>
  draft.isUsed(constraintNameTag(schema, name));
const isTaken: Readonly<Record<NameSpace, typeof relationTaken>> = {
  relation: relationTaken,
  constraint: constraintTaken,
  both: (...name) => relationTaken(...name) || constraintTaken(...name),
};

/** The first free `first_second_label`, `first_second_label1`, … */
const chooser =
  (space: NameSpace) =>
  (draft: Draft, schema: string, first: string, second: string | undefined, label: string): string => {
    // The more digits, the less room there is for the rest of the name.
    for (let digits = 0; ; digits++) {
      const longestOf = makeObjectName(first, second, label + "0".repeat(digits));
      const stem = longestOf.slice(0, longestOf.length - digits);
      const number = freeNumber(draft, space, schema, stem, digits);
      if (number !== undefined) return number === 0 ? stem : `${stem}${number}`;
    }
  };

/** The first free number of so many digits; 0 has none, as it isn't written. */
function freeNumber(
  draft: Draft,
  space: NameSpace,
  schema: string,
  stem: string,
  digits: number,
): number | undefined {
  const key = keyOf(schema, stem);
  const end = 10 ** digits;
  for (let number = digits === 0 ? 0 : end / 10; ; number++) {
    number = draft.firstUnlisted(space, key, number);
    if (number >= end) return undefined;
    if (!isTaken[space](draft, schema, number === 0 ? stem : `${stem}${number}`)) return number;
    draft.noteTaken(space, key, number);
  }
}

/** Of a sequence (`seq`) or an index (`idx`). */
export const chooseRelationName = chooser("relation");

/** The name that an index without one would get here. */
export function nextIndexName(
  schema: Schema,
  table: Key,
  elements: readonly IndexElement[],
  include: readonly string[],
): string {
  const draft = new Draft(stateOf(schema), { migration: -1, path: "", span: { start: 0, end: 0 } });
  const dot = table.indexOf(".");
  const addition = indexAddition(elements, include);
  return chooseRelationName(draft, table.slice(0, dot), table.slice(dot + 1), addition, "idx");
}

/** Of a constraint with an index: `pkey`, `key`, `excl`. */
export const chooseKeyName = chooser("both");

/** Of a constraint without one: `fkey`, `check`. */
export const chooseConstraintName = chooser("constraint");

/** The middle part for several columns. */
export const joinColumns = (columns: readonly string[]): string => clip(columns.join("_"));

/** A CHECK over one column carries its name. */
export function checkedColumn(expression: Expression): string | undefined {
  const columns = new Set(expression.columns.map((c) => c.column));
  return columns.size === 1 ? [...columns][0] : undefined;
}

/** The middle part of an index's name; a repeated name gets a number: `lower_lower1`. */
export function indexAddition(elements: readonly IndexElement[], include: readonly string[] = []): string {
  const used: string[] = [];
  for (const name of [...elements.map((e) => e.column ?? expressionName(e.expression)), ...include]) {
    let free = name;
    for (let n = 1; used.includes(free); n++) free = `${clip(name, longest - String(n).length)}${n}`;
    used.push(free);
  }
  return joinColumns(used);
}

/** The same for a copy of an index: it keeps the names that the columns had when the index was built. */
export const copyAddition = (index: Index): string =>
  index.copiedAs ?? indexAddition(index.elements, index.include);

/** As the server names a result column of that expression (its FigureIndexColname), from what the text shows. */
export function expressionName(expression: Expression | undefined): string {
  if (expression === undefined) return "expr";
  if (expression.bareColumn !== undefined) return expression.bareColumn;
  if (expression.castOf !== undefined) return expression.castOf.column;
  let text = expression.text.trim();
  text = unwrap(text);
  const cast = /::\s*[\w ."]{1,80}(?:\[\])?$/.exec(text);
  if (cast !== null) text = text.slice(0, cast.index).trim();
  text = unwrap(text);
  if (/^case\b/i.test(text) && /\bend$/i.test(text)) return "case";
  if (/^[a-z_][\w$]*$/i.test(text)) return text.toLowerCase();
  const call = /^((?:[\w$]+\.)?)("?)([\w$]+)\2\s*\(/.exec(text);
  if (call === null || closes(text, call[0].length - 1) !== text.length - 1) return "expr";
  const name = call[2] === "" ? (call[3] ?? "").toLowerCase() : (call[3] ?? "");
  return name === "cast" ? castName(text) : name;
}

/** Without the parentheses around all of it; a pathological pile of them isn't worth the time. */
function unwrap(text: string): string {
  let inner = text;
  for (let n = 0; n < 20 && inner.startsWith("(") && closes(inner, 0) === inner.length - 1; n++)
    inner = inner.slice(1, -1).trim();
  return inner;
}

function castName(text: string): string {
  const inner = /^cast\s*\(\s*("?)([\w$]+)\1\s+as\b/i.exec(text)?.[2];
  return inner === undefined ? "expr" : inner.toLowerCase();
}

/** Where the parenthesis opened at `open` closes; -1 if it doesn't. Quoted text is skipped. */
function closes(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      i = text.indexOf(c, i + 1);
      if (i < 0) return -1;
    } else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return i;
  }
  return -1;
}
