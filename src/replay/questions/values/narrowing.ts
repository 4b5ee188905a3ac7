/** Changes of type that refuse or shorten values which the old type holds. */
import type { PerFamily } from "../../../model/dialect.ts";
import type { Expression } from "../../../model/expression.ts";
import { sameType, typeText, type ColumnType } from "../../../model/types.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import { compareMysqlTypes, isOfOneKind } from "../mysql/narrowing.ts";
import type { Step } from "../../step.ts";
import { dictionary } from "../../../text/dictionary.ts";
import { isOfTool } from "../rows/rows.ts";
import type { Fills } from "./fills.ts";
import { holdsDefault } from "./still-empty.ts";
import { keepsValues } from "./through-text.ts";

export interface Narrowing {
  readonly from: ColumnType;
  /**
   * `refuses`: the server refuses every value; `fails`: it refuses values that don't fit; `loses`: it silently cuts or
   * rounds them.
   */
  readonly how: "refuses" | "fails" | "loses";
  /** The column's default as the migration finds it, as written: it doesn't fit, and nor do the rows that have it. */
  readonly refusedDefault?: string | undefined;
  /** Where the column was added, of which no row holds another value than a default that fits, most probably. */
  readonly newAt?: Origin | undefined;
}

/** See `ValueQuestions.narrows`. */
export function narrowing(step: Step, fills: Fills): Narrowing | undefined {
  const { operation, before, scope, table: changed } = step;
  if (changed !== undefined && isOfTool(scope, before.resolve(changed))) return undefined;
  if (operation.kind === "redefineColumn") {
    const { table, column, definition } = operation;
    const old = before.column(table, column.text);
    const was = old.is === "present" ? old.value.type : undefined;
    const lost = was === undefined ? undefined : compareMysqlTypes(was, definition.type);
    return was === undefined || lost === undefined ? undefined : { from: was, how: lost };
  }
  if (operation.kind !== "changeColumnType") return undefined;
  const { table, column, type, using } = operation;
  const found = before.column(table, column.text);
  const from = found.is === "present" ? found.value.type : undefined;
  // What an expression computes is its author's business.
  if (from === undefined || sameType(from, type) || !isOnlyCast(using) || keepsValues(step)) return undefined;
  const how = compare(from, type, using !== undefined, before);
  if (how === undefined) return undefined;
  if (how !== "fails") return { from, how };
  const value = defaultOf(step, operation);
  const key = before.resolve(table);
  const isNew =
    found.is === "present" &&
    (value === "fits" || value === "none") &&
    holdsDefault(found.value, step, key, fills);
  if (isNew && step.isHere(found.value.origin)) return undefined;
  const refused = typeof value === "object" ? value.refused : undefined;
  return { from, how, refusedDefault: refused, newAt: isNew ? found.value.origin : undefined };
}

/** As the migration finds it. Undefined: whether it fits isn't known, or the migration may have changed the rows that have it. */
function defaultOf(
  { before, scope, neighbours }: Step,
  { table, column, type }: Step<"changeColumnType">["operation"],
): "none" | "fits" | { readonly refused: string } | undefined {
  const found = [scope.before, before]
    .map((schema) => schema.column(table, column.text))
    .find(({ is }) => is === "present");
  if (found?.is !== "present") return undefined;
  const value = found.value.default?.text;
  if (value === undefined) return found.value.hasDefault === "no" ? "none" : undefined;
  const [, quoted] = /^'((?:[^']|'')*)'(?:::[\w ".]+(?:\(\d+\))?)?$/.exec(value) ?? [];
  if (quoted === undefined) return undefined;
  const text = quoted.replaceAll("''", "'");
  const labels = labelsOf(type, before);
  const [length] = strings.has(type.name) ? type.modifiers : [];
  if (labels === undefined && length === undefined) return undefined;
  if (labels?.includes(text) ?? Array.from(text).length <= (length ?? 0)) return "fits";
  const isChanged = neighbours("earlier", "updateRows").some(
    (one) => one.before.resolve(one.operation.table) === before.resolve(table),
  );
  return isChanged ? undefined : { refused: `'${quoted}'` };
}

/** Nothing, the column, or the column cast once or several times: `c::text::mood`. */
function isOnlyCast(using: Expression | undefined): boolean {
  if (using === undefined || using.bareColumn !== undefined || using.castOf !== undefined) return true;
  if (using.functions.length > 0 || using.columns.length !== 1 || using.subquery) return false;
  return tokenize(using.text).every(
    ({ kind, value }) =>
      kind !== "string" && (kind !== "operator" || value === "::") && (kind !== "word" || value !== "case"),
  );
}

const integers = ["smallint", "integer", "bigint"];
const floats = ["real", "double precision"];
const strings = new Set(["text", "varchar", "char", "citext", "name"]);
/** Decimal digits that each holds exactly; of floats, of whole numbers. */
const digits: Readonly<Record<string, number>> = dictionary({
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 6,
  "double precision": 15,
});

type How = Narrowing["how"] | undefined;

/** The extension pgvector's types: the number in parentheses is that of the dimensions, which no cast changes. */
const vectors = new Set(["vector", "halfvec", "sparsevec"]);

function compare(from: ColumnType, to: ColumnType, explicit: boolean, schema: Schema): How {
  if (from.dimensions !== to.dimensions)
    // Few texts are the literal of an array.
    return from.dimensions === 0 && strings.has(from.name) ? "fails" : undefined;
  const [a, b] = [from.name, to.name];
  if (isNumber(a) && isNumber(b)) return compareNumbers(from, to);
  if (vectors.has(a) && vectors.has(b)) return compareDimensions(from, to);
  // Without a cast that is written, nothing is padded or cut.
  if (a === "bit" && b === "bit" && !explicit) return bits(from) === bits(to) ? undefined : "refuses";
  if (strings.has(a)) return strings.has(b) ? compareLengths(from, to, explicit) : "fails";
  if ((a === "bit" || a === "varbit") && (b === "bit" || b === "varbit"))
    return compareLengths(from, to, explicit);
  if (strings.has(b) || isNumber(a) || isNumber(b)) return undefined;
  return compareTimes(from, to) ?? compareEnums(from, to, schema);
}

/** A copy into the column fails on values of each of these types that don't fit. */
export const copyNarrows = (from: readonly ColumnType[], to: ColumnType, { family }: Schema): boolean =>
  from.every(
    (type) =>
      [type, to].every(({ dimensions, schema }) => dimensions === 0 && schema === undefined) &&
      refusesCopies[family](type, to),
  );

const refusesCopies: PerFamily<(from: ColumnType, to: ColumnType) => boolean> = {
  postgres: (from, to) =>
    strings.has(from.name) && strings.has(to.name)
      ? compareLengths(from, to, false) === "fails"
      : isNumber(from.name) && isNumber(to.name) && compareNumbers(from, to) === "fails",
  mysql: (from, to) => isOfOneKind(from, to) && compareMysqlTypes(from, to) === "fails",
  mongodb: () => false,
};

const isNumber = (name: string): boolean => name === "numeric" || Object.hasOwn(digits, name);

function compareNumbers(from: ColumnType, to: ColumnType): How {
  const [a, b] = [from.name, to.name];
  if (integers.includes(a) && integers.includes(b))
    return integers.indexOf(b) < integers.indexOf(a) ? "fails" : undefined;
  if (floats.includes(b)) {
    if (a === "numeric") return (from.modifiers[0] ?? Infinity) > (digits[b] ?? 0) ? "loses" : undefined;
    return (digits[a] ?? 0) > (digits[b] ?? 0) ? "loses" : undefined;
  }
  if (floats.includes(a)) return b === "numeric" && to.modifiers.length === 0 ? undefined : "loses";
  if (integers.includes(b)) {
    const [precision = Infinity, scale = 0] = from.modifiers;
    if (precision === Infinity || scale > 0) return "loses";
    return precision >= (digits[b] ?? 0) ? "fails" : undefined;
  }
  if (to.modifiers.length === 0) return undefined;
  const [precision = 0, scale = 0] = to.modifiers;
  const whole = precision - scale;
  if (a !== "numeric") return whole < (digits[a] ?? 0) ? "fails" : undefined;
  const [oldPrecision = Infinity, oldScale = Infinity] =
    from.modifiers.length === 1 ? [from.modifiers[0], 0] : from.modifiers;
  if (oldScale > scale) return "loses";
  return oldPrecision - oldScale > whole ? "fails" : undefined;
}

function compareDimensions({ modifiers: [from] }: ColumnType, { modifiers: [to] }: ColumnType): How {
  if (to === undefined || from === to) return undefined;
  return from === undefined ? "fails" : "refuses";
}

const bits = ({ modifiers }: ColumnType): number => modifiers[0] ?? 1;

/** A cast that is written cuts what is too long; without it the server refuses. */
function compareLengths(from: ColumnType, to: ColumnType, explicit: boolean): How {
  const most = (type: ColumnType): number =>
    type.modifiers[0] ??
    (type.name === "char" || type.name === "bit" ? 1 : type.name === "name" ? 63 : Infinity);
  return most(to) < most(from) ? (explicit ? "loses" : "fails") : undefined;
}

const lostParts: Readonly<Record<string, readonly string[]>> = dictionary({
  timestamptz: ["date", "time", "timetz"],
  timestamp: ["date", "time"],
  timetz: ["time"],
});

function compareTimes(from: ColumnType, to: ColumnType): How {
  if (lostParts[from.name]?.includes(to.name) === true) return "loses";
  const timed = ["timestamp", "timestamptz", "time", "timetz", "interval"];
  if (!timed.includes(from.name) || !timed.includes(to.name)) return undefined;
  return (to.modifiers[0] ?? 6) < (from.modifiers[0] ?? 6) ? "loses" : undefined;
}

/** All labels of an enum, if they are known. */
export function labelsOf(type: ColumnType, schema: Schema): readonly string[] | undefined {
  const found = schema.type({ schema: type.schema, name: type.name, text: type.text, span: type.span });
  return found.is === "present" && found.value.form === "enum" && found.value.complete
    ? found.value.labels.map(({ label }) => label)
    : undefined;
}

/** From one enum to another: a label that the new one lacks is refused. */
function compareEnums(from: ColumnType, to: ColumnType, schema: Schema): How {
  const [old, now] = [labelsOf(from, schema), labelsOf(to, schema)];
  if (old === undefined || now === undefined) return undefined;
  return old.every((label) => now.includes(label)) ? undefined : "fails";
}

/** `integer` holds from -2147483648 to 2147483647, `varchar(5)` 5 characters: the condition for a CHECK. */
export function fits(column: string, { name, modifiers, dimensions }: ColumnType): string | undefined {
  const [length] = modifiers;
  if (dimensions > 0) return undefined;
  if ((name === "varchar" || name === "char") && length !== undefined)
    return `char_length(${column}) <= ${length}`;
  if (name === "integer") return `${column} BETWEEN -2147483648 AND 2147483647`;
  if (name === "smallint") return `${column} BETWEEN -32768 AND 32767`;
  return undefined;
}

export const changeText = (from: ColumnType, to: ColumnType): string =>
  `${typeText(from)} to ${typeText(to)}`;
