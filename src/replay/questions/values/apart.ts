/** Statements that see to it that rows aren't alike: they delete duplicates, or write another value into each row. */
import type { Expression } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import { normalise } from "../../../schema/expression-text.ts";
import type { Column, Index } from "../../../schema/model.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { hasRoomyChance } from "./room.ts";
import { isChance } from "./volatile.ts";
import { assigned } from "./written-rows.ts";

/**
 * Columns by which it looks for rows that are alike, or that it makes different in each row: `public.orders.code`; of a
 * table some of whose rows code has deleted, `public.orders.*`; what it checks together, as `checkedKey` writes it.
 */
export function setApart(step: Step): readonly string[] {
  return [...checkedApart(step), ...changedApart(step)];
}

function changedApart(step: Step): readonly string[] {
  const { operation, before } = step;
  if (operation.kind === "addColumn") {
    const { name, serial, identity, default: value } = operation.column;
    const isOwn = serial || identity !== undefined || isOfItsOwn(value, step);
    return isOwn ? [`${before.resolve(operation.table)}.${name.text}`] : [];
  }
  if (operation.kind !== "deleteRows" && operation.kind !== "updateRows") return [];
  const { table, query } = operation;
  const key = before.resolve(table);
  const isOwn = (name: QualifiedName): boolean => before.resolve(name) === key;
  if (query.relations.some(isOwn)) {
    const read = [...query.columns, ...(operation.where?.columns ?? [])].map(({ column }) => column);
    const set = operation.kind === "updateRows" ? operation.columns.map(({ text }) => text) : [];
    return [...new Set([...read, ...set])].map((column) => `${key}.${column}`);
  }
  if (operation.kind === "deleteRows") {
    // Which rows go, code says, or a table that this migration has filled from them.
    const isChosen = operation.where?.text.includes(hole) === true || query.relations.some(step.madeHere);
    return isChosen ? [`${key}.*`] : [];
  }
  return writtenApart(step).map((column) => `${key}.${column}`);
}

/** What a check of these columns and expressions together is kept under. */
export const checkedKey = (table: Key, parts: readonly string[]): string =>
  `${table}.(${[...parts].sort().join(", ")})`;

/** A block that looks for rows which are alike and raises an exception: behind it, there are none. */
function checkedApart({ operation, before, script, statement }: Step): readonly string[] {
  if (statement.operations[0] !== operation) return [];
  const text = script.text.slice(statement.span.start, statement.span.end);
  if (!/^do\b/i.test(text) || !raises.test(text)) return [];
  return [...text.matchAll(groupedAlike)].flatMap(([, table = "", list = ""]) => {
    const [name = "", schema] = table.split(".").map(folded).reverse();
    const found = before.relation({ name, text: table, span: statement.span, ...(schema && { schema }) });
    const parts = list.split(/,(?![^()]*\))/).map(folded);
    return found.is === "present" ? [checkedKey(found.value.key, parts)] : [];
  });
}

/** A name alone as it is kept, without what qualifies it; an expression as `normalise` writes it. */
const folded = (text: string): string =>
  /^\s*(?:\w+\.)?"([^"]*)"\s*$/.exec(text)?.[1] ?? normalise(text.replace(/^\s*\w+\.(?=\w+\s*$)/, ""));

const groupedAlike =
  /\bfrom\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)(?:\s+(?!where\b|group\b)(?:as\s+)?\w+)?(?:\s+where\b[^;]{0,300}?)?\s+group\s+by\s+([^;]{1,300}?)\s+having\s+count\s*\(/gi;
/** RAISE alone means an exception. */
const raises = /\braise\s+(?:exception\b|sqlstate\b|using\b|')/i;

/** Each row gets a number or a random value of its own. */
export const isOfItsOwn = (value: Expression | undefined, { before }: Pick<Step, "before">): boolean =>
  value !== undefined &&
  (value.functions.some(({ name }) => name === "nextval") ||
    (value.functions.some((name) => isChance(name, before.family)) &&
      hasRoomyChance(tokenize(value.text), before.family)));

/** Begins what code fills in. */
const hole = "${";

/** Columns of an UPDATE whose new values differ from row to row: `slug || '-' || id`, `gen_random_uuid()`. */
function writtenApart(step: Step): readonly string[] {
  const { operation, script, before } = step;
  if (operation.kind !== "updateRows" || operation.called === true || operation.unnamed === true) return [];
  let keys: readonly string[] | undefined;
  const isKey = (name: string): boolean =>
    (keys ??= before
      .indexesOn(operation.table)
      .flatMap(({ unique, where, elements: [first, ...more] }) =>
        unique && where === undefined && more.length === 0 ? (first?.column ?? []) : [],
      )).includes(name);
  const isOwn = ({ kind, value, start: from }: ScriptToken): boolean =>
    script.text.startsWith(hole, from) ||
    (kind !== "string" &&
      kind !== "number" &&
      (isKey(value) || value === "id" || value === "row_number" || value === "nextval"));
  const isWhole = (name: string): boolean => {
    const found = before.column(operation.table, name);
    return found.is === "present" && /int/.test(found.value.type?.name ?? "");
  };
  // What a key holds apart in the column itself, `lower(email)` may make alike.
  return assigned(statementTokens(step)).flatMap(([column, value]) =>
    value.some((token) => token.value !== column && isOwn(token)) ||
    hasRoomyChance(
      value.filter((token) => token.value !== column),
      before.family,
      isWhole(column),
    )
      ? [column]
      : [],
  );
}

/** Of an UPDATE of all rows: the columns that it copies into others. */
export function copiedWhole(step: Step): readonly (readonly [to: string, from: string])[] {
  const { operation } = step;
  if (operation.kind !== "updateRows" || operation.where !== undefined) return [];
  if (operation.called === true || operation.unnamed === true || operation.query.relations.length > 0)
    return [];
  return assigned(statementTokens(step)).flatMap(([to, [value, ...more]]) => {
    const isName = value?.kind === "word" || value?.kind === "quoted";
    return isName && more.length === 0 ? [[to, value.value]] : [];
  });
}

/** A unique key that the history has dropped. */
export interface DroppedKey {
  readonly index: Index;
  /** Its columns as they were. */
  readonly columns: readonly Column[];
  /** Number of the migration. */
  readonly at: number;
}

/** How many migrations may lie between a key that is dropped and the one that takes its place. */
const between = 2;

/** With those that this step drops; without those that were dropped long ago, or whose rows it changes. */
export function droppedKeys(known: readonly DroppedKey[], step: Step): readonly DroppedKey[] {
  const { operation, before, after, scope } = step;
  if (known.length > 0 && !known.every((one) => keepsRows(step, one)))
    return known.filter((one) => keepsRows(step, one));
  if (operation.kind !== "dropIndex" && operation.kind !== "dropConstraint") return known;
  const table = tableOfDropped(step);
  if (table === undefined) return known;
  const at = scope.migration.index;
  const stays = new Set(after.indexesOn(table).map(({ name }) => name));
  const gone = before.indexesOn(table).filter(({ unique, name }) => unique && !stays.has(name));
  if (gone.length === 0) return known;
  const columnsOf = ({ elements }: Index): readonly Column[] =>
    elements.flatMap(({ column }) => {
      const found = column === undefined ? undefined : before.column(table, column);
      return found?.is === "present" ? found.value : [];
    });
  return [
    ...known.filter((one) => one.at >= at - between),
    ...gone.map((index) => ({ index, columns: columnsOf(index), at })),
  ];
}

function tableOfDropped({ operation, before }: Step): Key | undefined {
  if (operation.kind === "dropConstraint") return before.resolve(operation.table);
  if (operation.kind !== "dropIndex") return undefined;
  if (operation.onTable !== undefined) return before.resolve(operation.onTable);
  const found = before.index(operation.index);
  return found.is === "present" ? found.value.table : undefined;
}

/** It adds no row, and changes none in the columns of the key. */
function keepsRows({ operation, changes, table, before }: Step, { index, columns }: DroppedKey): boolean {
  if (changes === "unknown") return false;
  if (changes !== "rows" || (table !== undefined && before.resolve(table) !== index.table)) return true;
  if (operation.kind === "updateRows")
    return !operation.columns.some(({ text }) => columns.some(({ name }) => name === text));
  return operation.kind === "deleteRows";
}
