/** `SET plan_id = (SELECT id FROM plans WHERE code = 'free')`: whether there is such a row, and only one. */
import type { Key } from "../../../model/names.ts";
import type { Relation } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Step } from "../../step.ts";
import { statementTokens, tokenizers, type ScriptToken } from "../tokens.ts";
import { literalOf, type Literal } from "./check-value.ts";
import { assigned, valueRows } from "./written-rows.ts";

export interface UnsureSubselect {
  /** The column that gets its value. */
  readonly column: string;
  /** What it reads. */
  readonly from: string;
  /**
   * `none`: no migration has added such a row to a table that is new; `never`: none has added any row to the table, and
   * the column becomes NOT NULL; `several`: no unique key says that there is one row at most.
   */
  readonly rows: "none" | "never" | "several";
  /** The column is NOT NULL, so that none is refused. */
  readonly refused: boolean;
}

export interface OuterColumn {
  readonly column: string;
  /** The table of the sub-select, which has no such column. */
  readonly from: string;
}

const farEnough = 20_000;

/** See `ValueQuestions.unsureSubselect`. */
export function unsureSubselect(step: Step): UnsureSubselect | undefined {
  const { operation, script, before, inBody } = step;
  if (operation.kind !== "updateRows" || operation.called === true || operation.unnamed === true)
    return undefined;
  const sql = script.text.slice(operation.span.start, operation.span.end);
  if (!/\bselect\b/i.test(sql) || (inBody && sql.includes("''"))) return undefined;
  const target = before.relation(operation.table);
  for (const [column, value] of assigned(statementTokens(step))) {
    const query = subselect(value);
    const found = query && before.relation(query.table);
    if (query === undefined || found?.is !== "present" || found.value.kind !== "table") continue;
    const from = step.show(query.table);
    const written =
      target.is === "present" ? target.value.columns.find(({ name }) => name === column) : undefined;
    if (hasNone(step, found.value, query))
      return { column, from, rows: "none", refused: written?.notNull === "yes" };
    if (isNeverAdded(step, found.value, query) && isRequiredLater(step, column))
      return { column, from, rows: "never", refused: false };
    if (!query.isLimited && mayHaveSeveral(step, found.value, query))
      return { column, from, rows: "several", refused: false };
  }
  return undefined;
}

/** See `ValueQuestions.outerColumn`. */
export function outerColumn(step: Step): OuterColumn | undefined {
  const { operation, before, inBody } = step;
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows") return undefined;
  if (operation.called === true || operation.unnamed === true || inBody) return undefined;
  const tokens = statementTokens(step);
  for (const [i, { kind, value }] of tokens.entries()) {
    if (kind !== "word" || value !== "in") continue;
    const [open, select, column, from, ...rest] = tokens.slice(i + 1, i + 40);
    if (open?.value !== "(" || select?.value !== "select" || from?.value !== "from" || !isName(column))
      continue;
    const end = rest.findIndex(({ value: one }) => one === ")" || one === "where");
    const table = end === -1 ? undefined : sourceOf(rest.slice(0, end))?.table;
    const inner = table && before.relation(table);
    if (table === undefined || inner?.is !== "present" || inner.value.kind !== "table") continue;
    const isOurs = before.column(operation.table, column.value).is === "present";
    if (isOurs && inner.value.complete && before.column(table, column.value).is === "absent")
      return { column: column.value, from: step.show(table) };
  }
  return undefined;
}

const tokensOf = ({ before }: Pick<Step, "before">, text: string): readonly ScriptToken[] =>
  tokenizers[before.dialect.name](text, 0, text.length).filter(({ kind }) => kind !== "comment");

interface Source {
  readonly schema?: string;
  readonly name: string;
  readonly text: string;
  readonly span: ScriptToken;
}

interface Subselect {
  readonly table: Source;
  /** Compared by `=`, with what they are compared with if that is a literal. */
  readonly equal: ReadonlyMap<string, Literal | undefined>;
  /** LIMIT 1. */
  readonly isLimited: boolean;
}

const isName = (token: ScriptToken | undefined): token is ScriptToken =>
  token?.kind === "word" || token?.kind === "quoted";

/** Undefined: anything but one column of one table, with conditions that are joined by AND. */
function subselect(value: readonly ScriptToken[]): Subselect | undefined {
  const [open, select] = value;
  if (open?.value !== "(" || select?.value !== "select" || value.at(-1)?.value !== ")") return undefined;
  const all = value.slice(2, -1);
  const isLimited = all.at(-2)?.kind === "word" && all.at(-2)?.value === "limit" && all.at(-1)?.value === "1";
  const inner = isLimited ? all.slice(0, -2) : all;
  const plain = inner.map((token) => (token.kind === "word" ? token.value : ""));
  if (inner.some(({ value: one, kind }) => kind === "punctuation" && (one === "(" || one === ";")))
    return undefined;
  if (plain.some((one) => notPlain.test(one))) return undefined;
  const from = plain.indexOf("from");
  if (from < 1) return undefined;
  const where = plain.indexOf("where", from);
  const source = sourceOf(inner.slice(from + 1, where === -1 ? inner.length : where));
  const conditions = where === -1 ? [] : inner.slice(where + 1);
  return source && { table: source.table, equal: equalities(conditions, source.qualifier), isLimited };
}

/** Of FROM; undefined: anything but one table. */
function sourceOf(
  source: readonly ScriptToken[],
): { readonly table: Source; readonly qualifier: string } | undefined {
  const [first, dot, second] = source;
  const name = dot?.value === "." ? second : first;
  if (!isName(first) || !isName(name)) return undefined;
  const rest = source.slice(dot?.value === "." ? 3 : 1).filter(({ value: one }) => one !== "as");
  const [alias, ...more] = rest;
  if (more.length > 0 || (alias !== undefined && !isName(alias))) return undefined;
  const text = dot?.value === "." ? `${first.value}.${name.value}` : name.value;
  const schema = dot?.value === "." ? { schema: first.value } : {};
  return { table: { ...schema, name: name.value, text, span: name }, qualifier: alias?.value ?? name.value };
}

/** What gives one row, or other rows than the table has. */
const notPlain =
  /^(?:limit|fetch|group|distinct|union|except|intersect|join|lateral|or|having|window|with|case|tablesample)$/;

function equalities(
  conditions: readonly ScriptToken[],
  qualifier: string,
): ReadonlyMap<string, Literal | undefined> {
  const found = new Map<string, Literal | undefined>();
  let part: ScriptToken[] = [];
  const isAnd = ({ kind, value }: ScriptToken): boolean => kind === "word" && value === "and";
  for (const token of [...conditions, undefined]) {
    if (token !== undefined && !isAnd(token)) {
      part.push(token);
      continue;
    }
    const at = part.findIndex(({ kind, value }) => kind !== "string" && value === "=");
    const sides = at === -1 ? [] : [part.slice(0, at), part.slice(at + 1)];
    for (const [i, side] of sides.entries()) {
      const column = columnOf(side, qualifier);
      if (column !== undefined) found.set(column, literalOf(sides[1 - i] ?? []));
    }
    part = [];
  }
  return found;
}

/** Without a qualifier, it is the table's own where it has such a column. */
function columnOf(side: readonly ScriptToken[], qualifier: string): string | undefined {
  const [first, dot, second] = side;
  if (!isName(first)) return undefined;
  if (side.length === 1) return first.value;
  return side.length === 3 && dot?.value === "." && first.value === qualifier ? second?.value : undefined;
}

function mayHaveSeveral(step: Step, table: Relation, { equal }: Subselect): boolean {
  const { before, scope, createdHere, isHere } = step;
  if (!table.complete || table.children.length > 0 || createdHere(table.key) === "yes") return false;
  // The migration has filled it itself, with keys of other rows.
  if (table.columns.some(({ name, origin }) => equal.has(name) && isHere(origin))) return false;
  // It may have dropped the key before, which its rows still keep to.
  const keys = [before, scope.before].flatMap((schema) => uniqueKeys(schema, table.key));
  return !keys.some((columns) => columns.every((column) => equal.has(column)));
}

const uniqueKeys = (schema: Schema, table: Key): readonly (readonly string[])[] =>
  schema
    .indexesOn(table)
    .filter(({ unique }) => unique)
    .map(({ elements }) => elements.flatMap(({ column }) => (column === undefined ? [] : [column])));

/** A table that is new here, and no statement before adds a row that would be found. */
function hasNone(step: Step, table: Relation, { equal }: Subselect): boolean {
  const { before, createdHere, earlier } = step;
  if (createdHere(table.key) !== "yes" || table.loaded || !table.complete) return false;
  return earlier().every(({ operation, script }) => {
    switch (operation.kind) {
      case "executeDynamic":
      case "unknown":
      case "callFunction":
      case "mergeRows":
        return false;
      case "copyRows":
      case "updateRows":
        return operation.table === undefined || before.resolve(operation.table) !== table.key;
      case "insertRows": {
        if (before.resolve(operation.table) !== table.key) return true;
        if (operation.source !== "values" || operation.called === true) return false;
        const { start, end } = operation.span;
        if (end - start > farEnough) return false;
        const names = operation.columns.map(({ text }) => text);
        const columns = names.length > 0 ? names : table.columns.map(({ name }) => name);
        const rows = valueRows(tokensOf(step, script.text.slice(start, end)), farEnough);
        return rows.every((row) =>
          [...equal].some(([column, literal]) => {
            const written = literalOf(row[columns.indexOf(column)] ?? []);
            return literal !== undefined && written !== undefined && differ(literal, written);
          }),
        );
      }
      default:
        return true;
    }
  });
}

/** The history makes the table, and no statement of it adds a row: one with this word is in it only if others have put it there. */
function isNeverAdded({ before, createdHere }: Step, table: Relation, { equal }: Subselect): boolean {
  const { key, origin, loaded, seeded = 0, complete, maybeOlder } = table;
  if (!before.closed || origin === undefined || maybeOlder !== undefined || !complete) return false;
  if (loaded || seeded > 0 || createdHere(key) === "yes" || table.children.length > 0) return false;
  return [...equal.values()].some((literal) => literal?.isText === true);
}

/** A statement behind makes it NOT NULL, and the table may have rows. */
function isRequiredLater({ operation, before, createdHere, neighbours }: Step, column: string): boolean {
  if (operation.kind !== "updateRows" || createdHere(operation.table) === "yes") return false;
  const key = before.resolve(operation.table);
  return neighbours("later", "setNotNull", "redefineColumn").some(({ operation: one }) => {
    if (before.resolve(one.table) !== key) return false;
    return one.kind === "setNotNull"
      ? one.column.text === column
      : one.definition.notNull && one.definition.name.text === column;
  });
}

/** In any collation, and as numbers. */
const differ = (one: Literal, other: Literal): boolean =>
  one.text.trimEnd().toLowerCase() !== other.text.trimEnd().toLowerCase() &&
  (one.number === undefined || one.number !== other.number);
