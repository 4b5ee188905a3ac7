/** Values that the CHECK of the same column is certain to refuse: literals of INSERT and UPDATE, and defaults. */
import type { Expression } from "../../../model/expression.ts";
import type { Column, Constraint, Relation } from "../../../schema/model.ts";
import type { InsertRows, Operation } from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import {
  isNoValue as isNoMysqlValue,
  isOutOfRange as isOutOfMysqlRange,
} from "../../../effects/mysql/text-values.ts";
import { isNoValue, isOfAnotherType, isOutOfRange } from "../../../effects/postgres/text-values.ts";
import { pieceOf } from "../../code-piece.ts";
import { loosens } from "../mysql/modes.ts";
import { statementTokens, tokenizers, type ScriptToken } from "../tokens.ts";
import { literalOf, refuses } from "./check-value.ts";
import { labelsOf } from "./narrowing.ts";
import { refusedComparison } from "./refused-comparisons.ts";
import { assigned, namedRows, namesOf, selected, type WrittenRow } from "./written-rows.ts";

export interface RefusedValue {
  readonly column: string;
  /** As written. */
  readonly value: string;
  /** The name of the CHECK, or the column's type. */
  readonly check: string;
  /** Undefined: of INSERT and UPDATE, where the value itself stands. */
  readonly at?: Span | undefined;
  /**
   * `row`: INSERT fails; `changed`: UPDATE fails if it meets a row; `old`: ADD COLUMN fails if there is a row; `default`:
   * what leaves the column out fails; `type`: the statement fails, whatever rows there are; `met`: MySQL's UPDATE fails if it
   * meets a row; `compared`: the statement fails, as no operator compares the column with the value.
   */
  readonly fails: "row" | "changed" | "old" | "default" | "type" | "met" | "compared";
  /** How the tool's call gives a value of the type. */
  readonly instead?: string | undefined;
}

const mostRows = 100;

/** See `ValueQuestions.refusedValue`. */
export function refusedValue(step: Step): RefusedValue | undefined {
  const { operation, before } = step;
  if (operation.conditional === true || operation.called === true || operation.unnamed === true)
    return undefined;
  if ("table" in operation && operation.table !== undefined && before.mayDiffer(operation.table))
    return undefined;
  switch (operation.kind) {
    case "insertRows":
      return refusedByType(step, operation) ?? refusedRow(step, operation);
    case "updateRows":
      return refusedByType(step, operation) ?? refusedRow(step, operation) ?? refusedComparison(step);
    case "deleteRows":
    case "createIndex":
      return refusedComparison(step);
    case "addCheck": {
      const compared = refusedComparison(step);
      if (compared !== undefined) return compared;
      const table = present(step.after, operation.table);
      const check = table?.constraints.findLast(
        (one) => one.kind === "check" && one.expression.span.start === operation.expression.span.start,
      );
      if (table === undefined || check === undefined) return undefined;
      for (const column of table.columns) {
        const found = refusedDefault(step, column, [check]);
        if (found === undefined) continue;
        const isAdded = operation.within === "addColumn" && step.createdHere(operation.table) !== "yes";
        if (isAdded && !operation.notValid) return { ...found, fails: "old" };
        return isLeft(step, operation.table, column) ? { ...found, fails: "default" } : undefined;
      }
      return undefined;
    }
    case "setDefault":
    case "redefineColumn": {
      const name = operation.kind === "setDefault" ? operation.column : operation.definition.name;
      const table = present(before, operation.table);
      const column = present(step.after, operation.table)?.columns.find((one) => one.name === name.text);
      if (table === undefined || column === undefined || !isLeft(step, operation.table, column))
        return undefined;
      const found = refusedDefault(step, column, table.constraints);
      return found && { ...found, fails: "default" };
    }
    default:
      return undefined;
  }
}

function present(schema: Schema, table: QualifiedName): Relation | undefined {
  const found = schema.relation(table);
  return found.is === "present" ? found.value : undefined;
}

/** The default is still there when the migration ends. */
function isLeft({ scope }: Step, table: QualifiedName, { name, default: value }: Column): boolean {
  const found = scope.after.column(table, name);
  return found.is === "present" && found.value.default?.text === value?.text;
}

function refusedDefault(
  step: Step,
  column: Column,
  constraints: readonly Constraint[],
): Pick<RefusedValue, "column" | "value" | "check"> | undefined {
  if (column.default === undefined || column.generated !== undefined) return undefined;
  const check = refusing(step, column, tokensOf(step, column.default), constraints);
  return check === undefined ? undefined : { column: column.name, value: column.default.text, check };
}

/** The name of the constraint. */
function refusing(
  step: Step,
  column: Column,
  written: readonly ScriptToken[],
  constraints: readonly Constraint[],
  isThere: (constraint: Constraint) => boolean = () => true,
): string | undefined {
  const value = literalOf(written);
  // A CHECK may still be written with an older name.
  if (value === undefined || column.renamedFrom.length > 0) return undefined;
  const found = constraints.find((one) => {
    if (one.kind !== "check" || !one.enforced) return false;
    if (one.expression.columns.some(({ column: other }) => other !== column.name)) return false;
    return refuses(tokensOf(step, one.expression), column.name, value, isExact(step, column)) && isThere(one);
  });
  return found?.name;
}

/** Texts of the column are equal only if they are the same; blanks at the end of a `char` don't count. */
export function isExact({ before }: Pick<Step, "before">, { type, collation }: Column): boolean {
  if (before.dialect.tellsCase !== true || type === undefined || collation !== undefined) return false;
  const { name, schema, dimensions } = before.belowDomains(type).type;
  return schema === undefined && dimensions === 0 && (name === "text" || name === "varchar");
}

const known = new WeakMap<Expression, readonly ScriptToken[]>();

/** Each row that is written meets the same constraints, and each constraint the same defaults. */
export function tokensOf({ before }: Pick<Step, "before">, expression: Expression): readonly ScriptToken[] {
  let tokens = known.get(expression);
  if (tokens === undefined) {
    const { text } = expression;
    tokens = tokenizers[before.dialect.name](text, 0, text.length).filter(({ kind }) => kind !== "comment");
    known.set(expression, tokens);
  }
  return tokens;
}

/** A literal that is no value of its column's type: PostgreSQL sees it before it looks for rows, MySQL with the first row. */
function refusedByType(
  step: Step,
  operation: Extract<Operation, { kind: "insertRows" | "updateRows" }>,
): RefusedValue | undefined {
  const { before, script, inBody } = step;
  const table = inBody ? undefined : present(before, operation.table);
  if (table === undefined || table.kind !== "table") return undefined;
  const refusing = new Map<string, Refuses>();
  for (const column of table.columns) {
    const refuses = refusingOf(step, column);
    if (refuses !== undefined) refusing.set(column.name, refuses);
  }
  if (refusing.size === 0) return undefined;
  const isOfRow = operation.kind === "updateRows" && before.dialect.refusesText !== true;
  const written = statementTokens(step);
  const rows =
    operation.kind === "insertRows"
      ? [...inserted(operation, table, written), ...chosen(operation, table, written, before)]
      : [assigned(written)];
  for (const row of rows)
    for (const [name, tokens] of row) {
      const value = signed(tokens);
      if (value === undefined) continue;
      const isBare =
        value.kind === "number" || (value.kind === "word" && /^(?:true|false)$/.test(value.value));
      // A driver sends what a call gives as text, which fits.
      const isLiteral = isBare ? script.code === undefined : value.kind === "string";
      const found = isLiteral && !placeholder.test(value.value) ? refusing.get(name)?.(value) : undefined;
      if (found === undefined) continue;
      const at = { start: value.start, end: value.end };
      const instead = isTruth(value.value, found) ? truthCall(step) : shorter(value, found);
      return {
        column: name,
        value: script.text.slice(at.start, at.end),
        check: found,
        at,
        fails: isOfRow ? "met" : "type",
        instead,
      };
    }
  return undefined;
}

/** The only token, or a number with its sign. */
function signed([first, second, ...more]: readonly ScriptToken[]): ScriptToken | undefined {
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) return first;
  const isNegative = first.kind === "operator" && first.value === "-" && second.kind === "number";
  return isNegative ? { ...second, value: `-${second.value}`, start: first.start } : undefined;
}

/** A type that databases without BOOLEAN have in its place, and a word for one of its values. */
const isTruth = (text: string, type: string): boolean =>
  /^(?:tinyint|bit|bool)/i.test(type) && /^(?:true|false|[tfyn01]|yes|no)$/i.test(text.trim());

/** A string, and a type of strings with a length: no CHECK, label or date. */
function shorter({ kind }: ScriptToken, type: string): string | undefined {
  const [, length] =
    /^\s*(?:n?(?:var)?char|character(?: varying)?|n?varchar2?|bpchar)\s*\(\s*(\d+)\s*\)/i.exec(type) ?? [];
  return kind !== "string" || length === undefined
    ? undefined
    : `Write at most ${length} characters, or widen the column first.`;
}

const truthCall = ({ script, statement }: Step): string | undefined => {
  const sender = pieceOf(script, statement)?.sender;
  return sender === undefined ? undefined : script.transaction.senderWords?.truth(sender);
};

/** The type, if it refuses such a literal. */
type Refuses = (literal: ScriptToken) => string | undefined;

/** A tool may put in what stands for a value. */
const placeholder = /\$\{|\{\{|run_time_/;

/** `25.11.1991`: with the day first, which the servers' own DateStyle takes for a month. */
const dayFirst = /^\s*(?:1[3-9]|2\d|3[01])[./-]\d{1,2}[./-]\d{4}\b/;

/** Undefined: the type takes any literal, or not all is known of it. */
function refusingOf({ before, setting }: Step, { type }: Column): Refuses | undefined {
  if (type === undefined) return undefined;
  const { dialect } = before;
  // Others make something of any text where the mode isn't strict.
  if (dialect.refusesText !== true)
    return loosens(setting("sql_mode"))
      ? undefined
      : ({ kind, value }) =>
          (kind === "string" && isNoMysqlValue(value.trimEnd(), type)) ||
          (kind === "number" && isOutOfMysqlRange(value, type))
            ? type.text
            : undefined;
  const below = before.belowDomains(type).type;
  const all = below.dimensions > 0 ? undefined : labelsOf(below, before);
  const labels = all && new Set(all);
  const isDayFirst =
    days.has(below.name) &&
    dialect.monthFirst === true &&
    below.schema === undefined &&
    setting("datestyle") === undefined;
  return ({ kind, value }) => {
    const isRefused =
      kind === "string"
        ? labels === undefined
          ? isNoValue(below, value) || (isDayFirst && dayFirst.test(value))
          : !labels.has(value)
        : labels !== undefined ||
          isOfAnotherType(below, kind) ||
          (kind === "number" && isOutOfRange(below, value));
    return isRefused ? below.text : undefined;
  };
}

const days: ReadonlySet<string> = new Set(["date", "timestamp", "timestamptz"]);

function refusedRow(
  step: Step,
  operation: Extract<Operation, { kind: "insertRows" | "updateRows" }>,
): RefusedValue | undefined {
  const { before, script, inBody } = step;
  const table = present(before, operation.table);
  // A trigger may write something else.
  if (table === undefined || table.triggers.length > 0) return undefined;
  if (!table.constraints.some(({ kind }) => kind === "check")) return undefined;
  if (inBody && script.text.slice(operation.span.start, operation.span.end).includes("''")) return undefined;
  const tokens = statementTokens(step);
  const isThere = ({ name }: Constraint): boolean => before.constraint(table.key, name).is === "present";
  const rows = operation.kind === "insertRows" ? inserted(operation, table, tokens) : [assigned(tokens)];
  for (const row of rows)
    for (const [name, value] of row) {
      const column = table.columns.find((one) => one.name === name);
      const first = value[0];
      if (column === undefined || first === undefined) continue;
      const check = refusing(step, column, value, table.constraints, isThere);
      if (check === undefined) continue;
      const at = { start: first.start, end: value.at(-1)?.end ?? first.end };
      const fails = operation.kind === "insertRows" ? "row" : "changed";
      return { column: name, value: script.text.slice(at.start, at.end), check, at, fails };
    }
  return undefined;
}

function inserted(
  { columns, source, onConflict }: InsertRows,
  table: Relation,
  tokens: readonly ScriptToken[],
): readonly WrittenRow[] {
  // INSERT IGNORE leaves such rows out or changes their values; ON CONFLICT says nothing of a CHECK.
  if (source !== "values" || tokens[1]?.value === "ignore" || onConflict === "update") return [];
  if (columns.length === 0 && !table.complete) return [];
  return namedRows(tokens, namesOf(columns, table), mostRows);
}

/** Literals of INSERT … SELECT: what refuses any text reads them before any row, others where each run gives one. */
function chosen(
  { columns, source, onConflict, query }: InsertRows,
  table: Relation,
  tokens: readonly ScriptToken[],
  { dialect }: Schema,
): readonly WrittenRow[] {
  if (source !== "query" || onConflict !== undefined || (columns.length === 0 && !table.complete)) return [];
  const isAlone = query.relations.length === 0 && tokens.every(({ value }) => value !== "where");
  return dialect.refusesText === true || isAlone ? [selected(tokens, namesOf(columns, table))] : [];
}
