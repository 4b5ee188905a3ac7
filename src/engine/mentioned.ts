/** What a statement is about, as far as another one could depend on it. */
import { changed, tableOf, type Changed } from "../model/kinds.ts";
import type { Key } from "../model/names.ts";
import type { OperationKind } from "../model/operation.ts";
import type { Step } from "../replay/step.ts";

export interface Mentioned {
  /** None: it is about something else, or that isn't known. */
  readonly tables: ReadonlySet<Key>;
  /** Of columns, constraints, indexes…, and what their expressions use. */
  readonly names: ReadonlySet<string>;
  /** Other statements may depend on it. */
  readonly alters: boolean;
  /** A table goes or gets another name, or what else tables use does. */
  readonly isOfAll: boolean;
}

/** `steps`: of one statement. */
export function mentionedIn(steps: readonly Step[]): Mentioned {
  const tables = new Set<Key>();
  const names = new Set<string>();
  let isOfAll = steps.length === 0;
  let alters = isOfAll;
  for (const { operation, before, after, effects, script, statement } of steps) {
    const table = tableOf(operation);
    for (const { relation } of effects.locks) tables.add(relation);
    if (table !== undefined) tables.add(before.resolve(table));
    if ("references" in operation && operation.references !== undefined)
      tables.add(before.resolve(operation.references));
    if (operation.kind === "renameTable")
      tables.add(after.resolve({ ...operation.table, name: operation.to.text }));
    const changes = changed(operation);
    alters ||= !passing.has(changes);
    isOfAll ||=
      changes === "unknown" ||
      ofAll.has(operation.kind) ||
      (table === undefined && /^(?:drop|rename)/.test(operation.kind));
    if (changes === "rows") addWords(names, script.text.slice(statement.span.start, statement.span.end));
    else addNames(names, operation);
  }
  return { tables, names, alters, isOfAll };
}

/** What `behind` does may depend on `one`, which comes before it. */
export function touches(behind: Mentioned, one: Mentioned): boolean {
  const isNear = behind.tables.size === 0 || [...behind.tables].some((table) => one.tables.has(table));
  if (!isNear) return false;
  if (behind.isOfAll) return true;
  // A name that isn't given is made from the table's.
  const made = [...one.tables].map((table) => `${table.slice(table.indexOf(".") + 1)}_`);
  return [...behind.names].some(
    (name) => one.names.has(name) || made.some((start) => name.startsWith(start)),
  );
}

const passing: ReadonlySet<Changed> = new Set(["rows", "description", "session", "nothing"]);

const ofAll: ReadonlySet<OperationKind> = new Set(["dropTable", "renameTable", "setTableSchema"]);

/** Fields that hold a table, a place or a word. */
const apart: ReadonlySet<string> = new Set([
  "kind",
  "span",
  "head",
  "table",
  "onTable",
  "references",
  "type",
]);

function addNames(names: Set<string>, value: unknown): void {
  if (Array.isArray(value)) for (const one of value) addNames(names, one);
  else if (typeof value === "object" && value !== null)
    for (const [field, one] of Object.entries(value)) {
      if (apart.has(field)) continue;
      if (typeof one === "string") addWords(names, one);
      else addNames(names, one);
    }
}

function addWords(names: Set<string>, text: string): void {
  for (const [word] of text.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu)) names.add(word);
}
