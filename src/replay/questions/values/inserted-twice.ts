/** Rows of literals that a migration inserts twice: a unique key refuses the second one. */
import type { InsertRows, Operation } from "../../../model/operation.ts";
import { keyOf } from "../../../model/names.ts";
import { keyColumns } from "../../../schema/index-definition.ts";
import type { Index, Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import { pieceOf } from "../../code-piece.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { namedRows, namesOf, type WrittenRow } from "./written-rows.ts";

export interface InsertedTwice {
  readonly index: Index;
  readonly columns: readonly string[];
  /** The values of the key in the second row. */
  readonly at: Span;
  /** Inserts the first one; perhaps the same statement. */
  readonly first: Step;
}

const mostRows = 100;

const known = new WeakMap<readonly Step[], ReadonlyMap<Step, InsertedTwice>>();

/** See `ValueQuestions.insertedTwice`. */
export function insertedTwice(step: Step): InsertedTwice | undefined {
  const { steps } = step.scope;
  const found = known.get(steps) ?? allOf(steps);
  known.set(steps, found);
  return found.get(step);
}

function allOf(steps: readonly Step[]): ReadonlyMap<Step, InsertedTwice> {
  const found = new Map<Step, InsertedTwice>();
  /** What is inserted so far, by the values of a key. */
  const rows = new Map<string, Step>();
  for (const step of steps) {
    if (step.skipped) continue;
    const { operation } = step;
    if (operation.kind !== "insertRows" || step.refused) {
      if (step.refused || !leavesRows(operation)) rows.clear();
      continue;
    }
    const relation = step.before.relation(operation.table);
    // A trigger may delete rows, those of other tables as well.
    if (operation.source !== "values" || relation.is !== "present" || relation.value.triggers.length > 0)
      rows.clear();
    else if (isSure(step, operation, relation.value)) {
      const twice = secondIn(step, operation, relation.value, rows);
      if (twice !== undefined) found.set(step, twice);
    }
  }
  return found;
}

/** It deletes and changes none. */
const leavesRows = (operation: Operation): boolean =>
  operation.kind === "createTable"
    ? operation.orReplace !== true
    : /^(?:createIndex|add[A-Z]\w*|setOption|begin|commit|analyze)$/.test(operation.kind);

/** It runs, once, and its error ends the migration. */
function isSure(step: Step, operation: InsertRows, table: Relation): boolean {
  const { before, inBody, script, statement } = step;
  const { conditional, called, caught, repeated, unnamed, onConflict, columns } = operation;
  if ([conditional, called, caught, repeated, unnamed].includes(true) || inBody) return false;
  if (onConflict !== undefined || before.mayDiffer(operation.table)) return false;
  if (table.kind !== "table" || (table.rules ?? []).length > 0) return false;
  const piece = pieceOf(script, statement);
  if (piece !== undefined && (piece.conditional || piece.repeated || piece.holes)) return false;
  return columns.length > 0 || table.complete;
}

function secondIn(
  step: Step,
  { columns }: InsertRows,
  table: Relation,
  rows: Map<string, Step>,
): InsertedTwice | undefined {
  const keys = step.before.indexesOn(table.key).filter((index) => isChecked(step, index, table));
  const tokens = keys.length === 0 ? [] : statementTokens(step);
  if (tokens.some(({ kind, value }) => kind === "word" && (value === "ignore" || value === "overriding")))
    return undefined;
  let found: InsertedTwice | undefined;
  for (const row of namedRows(tokens, namesOf(columns, table), mostRows)) {
    const values = new Map(row);
    for (const index of keys) {
      const names = keyColumns(index) ?? [];
      const given = names.map((name) => literalIn(step, table, name, values.get(name)));
      if (names.length === 0 || given.includes(undefined)) continue;
      // Two keys may have the same columns.
      const key = JSON.stringify([table.key, index.name, given]);
      const first = rows.get(key);
      if (first === undefined) rows.set(key, step);
      else found ??= { index, columns: names, at: spanOf(row, names), first };
    }
  }
  return found;
}

/** At once, and of whole columns of all rows. */
function isChecked({ before }: Step, index: Index, table: Relation): boolean {
  const { unique, valid, where, constraint, schema, name, elements } = index;
  if (!unique || !valid || where !== undefined || elements.some(({ length }) => length !== undefined))
    return false;
  const own = table.constraints.find((one) => one.name === constraint);
  return own?.deferrable !== true && before.index(keyOf(schema, name)).is === "present";
}

/** PostgreSQL reads these as a time, which may be another one at the second row. */
const times: ReadonlySet<string> = new Set(["now", "today", "tomorrow", "yesterday"]);

/** A tool may put in what stands for a value. */
const placeholder = /\$\{|\{\{|run_time_/;

/** As it is written: `'a'`, `1`, `'a'::text`. Only what is written alike is the same for sure. */
function literalIn(
  { script }: Step,
  table: Relation,
  column: string,
  value: readonly ScriptToken[] = [],
): string | undefined {
  const [first, cast] = value;
  if (first === undefined || (first.kind !== "string" && first.kind !== "number")) return undefined;
  if (cast !== undefined && cast.value !== "::") return undefined;
  if (times.has(first.value.trim().toLowerCase()) || placeholder.test(first.value)) return undefined;
  // AUTO_INCREMENT numbers a row that gets 0.
  const own = table.columns.find(({ name }) => name === column);
  if (own?.mysql?.autoIncrement === true && Number(first.value) === 0) return undefined;
  return script.text.slice(first.start, value.at(-1)?.end ?? first.end);
}

/** From the first to the last value of the key. */
function spanOf(row: WrittenRow, names: readonly string[]): Span {
  const tokens = row.flatMap(([name, value]) => (names.includes(name) ? value : []));
  return { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}
