/** Corrections of single rows that are written out one by one: `UPDATE shops SET url = '…' WHERE name = 'North'`, and so on. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { isKeyLike } from "./unique-keys.ts";

/** Fewer may be the few values that a column has. */
const least = 10;

const byText = /^\s*(?:\w+\s*\.\s*)?["`]?(\w+)["`]?\s*=\s*('(?:[^']|'')*')\s*$/;
/** `shop_id = 1 AND`, `AND shop_id = 1`: fewer rows. */
const byNumber =
  /^\s*(?:\w+\s*\.\s*)?["`]?\w+["`]?\s*=\s*\d+\s+AND\b|\bAND\s+(?:\w+\s*\.\s*)?["`]?\w+["`]?\s*=\s*\d+\s*$/i;

const comment = /\/\*[^]*?\*\/|--[^\n]*/g;

const known = new WeakMap<MigrationScope, ReadonlyMap<string, ReadonlySet<string>>>();

/** The statement chooses rows by a name, as many others of the migration do, each by another one. */
export function isOneOfMany({ operation, scope }: Pick<Step, "operation" | "scope">): boolean {
  const own = chosenBy(operation);
  if (own === undefined) return false;
  const found = known.get(scope) ?? namesIn(scope);
  known.set(scope, found);
  return (found.get(own.of)?.size ?? 0) >= least;
}

function namesIn({ steps }: MigrationScope): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { operation } of steps) {
    const one = chosenBy(operation);
    if (one === undefined) continue;
    const names = found.get(one.of) ?? new Set();
    names.add(one.name);
    found.set(one.of, names);
  }
  return found;
}

function chosenBy(operation: Operation): { readonly of: string; readonly name: string } | undefined {
  const { table, column = "", text = "" } = askedFor(operation) ?? {};
  if (table === undefined || !isKeyLike(column)) return undefined;
  return { of: `${table.text} ${column}`.toLowerCase(), name: text };
}

interface Asked {
  readonly table: QualifiedName;
  /** In small letters. */
  readonly column: string;
  readonly text: string;
}

/** All rows that it changes or copies, whose column has one text, or those of them with a number in another column. */
export function askedFor(operation: Operation): Asked | undefined {
  const [table, text] = conditionOf(operation) ?? [];
  const asked = table && textAsked(text?.replace(byNumber, " ") ?? "");
  return asked && { table, column: asked[0], text: asked[1] };
}

/** Those that have one text in each of several columns. */
export function askedForAll(
  operation: Operation,
): { readonly table: QualifiedName; readonly texts: readonly (readonly [string, string])[] } | undefined {
  const [table, text = ""] = conditionOf(operation) ?? [];
  const parts = text.split(/\bAND\b/i);
  const texts = parts.flatMap((part) => {
    const asked = textAsked(part);
    return asked === undefined ? [] : [asked];
  });
  return table === undefined || texts.length < parts.length ? undefined : { table, texts };
}

function textAsked(condition: string): readonly [column: string, text: string] | undefined {
  const [, column, text = ""] = byText.exec(condition) ?? [];
  return column === undefined ? undefined : [column.toLowerCase(), text.slice(1, -1).replaceAll("''", "'")];
}

/** The only table whose rows it changes or copies, and its condition. */
function conditionOf(operation: Operation): readonly [QualifiedName, string] | undefined {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows" && operation.kind !== "insertRows")
    return undefined;
  const [source, ...others] = operation.kind === "insertRows" ? operation.query.relations : [operation.table];
  if (source === undefined || others.length > 0 || operation.repeated === true) return undefined;
  return [source, (operation.where?.text ?? "").replaceAll(comment, " ")];
}
