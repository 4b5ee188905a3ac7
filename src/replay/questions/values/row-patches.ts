/** Corrections of single rows that are written out one by one: `UPDATE shops SET url = '…' WHERE name = 'North'`, and so on. */
import type { Operation } from "../../../model/operation.ts";
import type { MigrationScope, Step } from "../../step.ts";
import { isKeyLike } from "./bounds.ts";

/** Fewer may be the few values that a column has. */
const least = 10;

const byText = /^\s*(?:\w+\.)?["`]?(\w+)["`]?\s*=\s*('(?:[^']|'')*')\s*$/;

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
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return undefined;
  if (operation.repeated === true) return undefined;
  const [, column = "", name = ""] =
    byText.exec((operation.where?.text ?? "").replaceAll(comment, " ")) ?? [];
  if (!isKeyLike(column.toLowerCase())) return undefined;
  return { of: `${operation.table.text} ${column}`.toLowerCase(), name };
}
