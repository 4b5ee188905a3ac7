/** Columns of other tables, or others of the same, that INSERT … SELECT and UPDATE copy into a column with less room. */
import type { ColumnReference } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { ColumnType } from "../../../model/types.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { bare, copied, copyInto, hasRows, holderOf, isAboutNull, type Holder } from "./copied-columns.ts";
import { joinedText } from "./joined-text.ts";
import { copyNarrows, labelsOf } from "./narrowing.ts";
import { counts } from "./written-values.ts";
import { assigned } from "./written-rows.ts";

export interface WideCopy {
  /** The column that gets the values. */
  readonly column: string;
  readonly type: ColumnType;
  /** Where they come from. */
  readonly source: { readonly table: QualifiedName; readonly column: string };
  readonly sourceType: ColumnType;
  /** Where the source is named. */
  readonly at: Span;
  /** It is joined with so many other characters; `always`: then it is this long, which is too long. */
  readonly joined?: { readonly others: number; readonly always?: number } | undefined;
}

/** Few values are as long as a column of more characters may hold. */
const oftenFull = 64;
/** Characters of a UUID as text, with and without dashes: a column of this width is full. */
const uuidWidths: readonly number[] = [36, 32];

/** See `ValueQuestions.wideCopy`. */
export function wideCopy(step: Step): WideCopy | undefined {
  const { operation, before } = step;
  if (operation.kind !== "insertRows" && operation.kind !== "updateRows") return undefined;
  const into = copyInto(step, operation);
  if (into === undefined) return undefined;
  const row =
    operation.kind === "updateRows" ? assigned(statementTokens(step)) : copied(step, operation, into);
  for (const [name, value] of row) {
    const target = into.columns.find((one) => one.name === name);
    const reference = target && bare(value, operation.query.columns);
    const source = reference && sourceOf(step, reference);
    const joined = target && reference === undefined ? joinedCopy(step, operation, target, value) : undefined;
    if (joined !== undefined) return joined;
    const relabelled = target && enumCopy(step, operation, target, value);
    if (relabelled !== undefined) return relabelled;
    if (target?.type === undefined || source === undefined) continue;
    const { table, column } = source;
    if (isHeldIn(step, operation, table, column)) continue;
    const type = before.belowDomains(target.type).type;
    if (!copyNarrows(source.types, type, before)) continue;
    const at = { start: value[0]?.start ?? 0, end: value.at(-1)?.end ?? 0 };
    const [sourceType = type] = source.types;
    return { column: name, type, source: { table: source.name, column: column.name }, sourceType, at };
  }
  return undefined;
}

/** `status::text::new_status`: a label of the one enum that the other lacks. */
function enumCopy(
  step: Step,
  operation: OperationOf<"insertRows" | "updateRows">,
  { name, type }: Column,
  value: readonly ScriptToken[],
): WideCopy | undefined {
  const parts = value.filter(({ value: mark, kind }) => kind !== "punctuation" || !/^[()]$/.test(mark));
  const cast = parts.findIndex(({ value: mark }) => mark === "::");
  const isCast = parts
    .slice(cast)
    .every(({ kind, value: mark }) => kind === "word" || mark === "::" || mark === ".");
  if (cast < 1 || !isCast || type === undefined || type.dimensions > 0) return undefined;
  const reference = bare(parts.slice(0, cast), operation.query.columns);
  const source = reference && sourceOf(step, reference);
  const [from] = source?.types ?? [];
  if (source === undefined || from === undefined || from.dimensions > 0) return undefined;
  const { before } = step;
  const [old, now] = [labelsOf(from, before), labelsOf(type, before)];
  if (old === undefined || now === undefined || old.every((label) => now.includes(label))) return undefined;
  const { table, column } = source;
  // Its author may have seen to the rows with such a label.
  const isSeenTo = step
    .neighbours("earlier", "updateRows", "deleteRows")
    .some((one) => one.before.resolve(one.operation.table) === table.key);
  if (isSeenTo || isHeldIn(step, operation, table, column)) return undefined;
  const at = { start: value[0]?.start ?? 0, end: value.at(-1)?.end ?? 0 };
  return { column: name, type, source: { table: source.name, column: column.name }, sourceType: from, at };
}

/** Text that is longer than the column takes: surely, or with a value as long as the source allows. */
function joinedCopy(
  step: Step,
  operation: OperationOf<"insertRows" | "updateRows">,
  target: Column,
  value: readonly ScriptToken[],
): WideCopy | undefined {
  const { before } = step;
  const type = target.type && before.belowDomains(target.type).type;
  const limit = type === undefined || !/^(?:varchar|char)$/.test(type.name) ? undefined : type.modifiers[0];
  const { columns } = operation.query;
  const text = joinedText(value, (part) => bare(part, columns), before.dialect.joinsByPipes === true);
  if (type === undefined || limit === undefined || text === undefined) return undefined;
  const sources = text.columns.flatMap(({ reference, most }) => {
    const source = sourceOf(step, reference);
    const length = source && lengthOf(source.types);
    return length === undefined
      ? []
      : [{ source, most: Math.min(most, length.most), isFixed: length.isFixed }];
  });
  const [one, ...more] = sources;
  if (one?.source === undefined || sources.length < text.columns.length) return undefined;
  const fixed = sources.reduce((sum, { most, isFixed }) => sum + (isFixed ? most : 0), text.literals);
  const always = fixed > limit && sources.every(({ isFixed }) => isFixed);
  const { source, most } = one;
  const { table, column } = source;
  if (!always) {
    if (more.length > 0 || text.literals === 0 || most + text.literals <= limit || limit > oftenFull)
      return undefined;
    if (isHeldIn(step, operation, table, column, uuidWidths.includes(most))) return undefined;
  } else if (!hasRows(step, table)) return undefined;
  const at = { start: value[0]?.start ?? 0, end: value.at(-1)?.end ?? 0 };
  const [sourceType = type] = source.types;
  const joined = { others: text.literals, ...(always ? { always: fixed } : {}) };
  return {
    column: target.name,
    type,
    source: { table: source.name, column: column.name },
    sourceType,
    at,
    joined,
  };
}

/** Of its text. */
function lengthOf(
  types: readonly ColumnType[],
): { readonly most: number; readonly isFixed: boolean } | undefined {
  if (types.some(({ dimensions, schema }) => dimensions > 0 || schema !== undefined)) return undefined;
  if (types.every(({ name }) => name === "uuid")) return { most: 36, isFixed: true };
  const lengths = types.map(({ name, modifiers }) =>
    /^(?:varchar|char)$/.test(name) ? modifiers[0] : undefined,
  );
  const known = lengths.flatMap((length) => length ?? []);
  return known.length < types.length ? undefined : { most: Math.min(...known), isFixed: false };
}

interface Source extends Holder {
  /** What it is of, and has been of when the migration began. */
  readonly types: readonly ColumnType[];
}

/** A column of a table that was there when the migration began: of a new one, the author knows the values. */
function sourceOf(step: Step, reference: ColumnReference): Source | undefined {
  const holder = holderOf(step, reference);
  if (holder === undefined) return undefined;
  const { before, scope } = step;
  const old = typeIn(scope.before, holder.table, reference.column);
  const now = typeIn(before, holder.table, reference.column);
  return old === undefined || now === undefined ? undefined : { ...holder, types: [now, old] };
}

function typeIn(schema: Schema, { key }: Relation, column: string): ColumnType | undefined {
  const found = schema.column(key, column);
  const type = found.is === "present" ? found.value.type : undefined;
  return type && schema.belowDomains(type).type;
}

/** Its values are known to be few, are numbers that the server counts, or a condition holds them to some. */
function isHeldIn(
  step: Step,
  { where }: OperationOf<"insertRows" | "updateRows">,
  table: Relation,
  column: Column,
  isFull = false,
): boolean {
  const { before } = step;
  const isNamed = where?.columns.some((one) => one.column === column.name) === true;
  // `IS NULL` and `IS NOT NULL` alone say nothing of how long a value is.
  if (isNamed && !isAboutNull(where.text)) return true;
  if (counts(column) || column.mysql?.autoIncrement === true) return true;
  if (!hasRows(step, table)) return true;
  if (column.type !== undefined && before.belowDomains(column.type).domains.length > 0) return true;
  return table.constraints.some((one) => {
    if (one.kind === "check") return one.expression.columns.some((read) => read.column === column.name);
    return !isFull && "columns" in one && one.kind !== "unique" && one.columns.includes(column.name);
  });
}
