/** The values that INSERT, COPY, UPDATE and MERGE write: explicit keys, the time, chance. */
import type { QualifiedName } from "../../../model/names.ts";
import type { CopyRows, InsertRows } from "../../../model/operation.ts";
import type { Constraint, Relation } from "../../../schema/model.ts";
import { tokenize, type Token } from "../../../sql/postgres/lexer.ts";
import type { Span } from "../../../text/span.ts";
import { isChance, isClock, callText } from "./volatile.ts";
import type { Step } from "../../step.ts";
import { valueRows } from "./written-rows.ts";
import { tokensIn } from "../tokens.ts";

/** More than this of a statement isn't looked at: its first row stands before. */
const farEnough = 20_000;

/** The server gives out its values. */
export const counts = ({ serial, identity, default: value }: Relation["columns"][number]): boolean =>
  serial || identity !== undefined || value?.functions.some(({ name }) => name === "nextval") === true;

/** See `ValueQuestions.explicitKey`. */
export function explicitKey(step: Step): string | undefined {
  const { operation, before } = step;
  if (operation.called === true) return undefined;
  if (operation.kind === "copyRows") {
    if (operation.direction === "to" || operation.table === undefined) return undefined;
    return writtenKey(operation, before.relation(operation.table));
  }
  if (operation.kind !== "insertRows" || operation.source === "default") return undefined;
  const relation = before.relation(operation.table);
  const key = writtenKey(operation, relation);
  if (key === undefined || relation.is !== "present") return undefined;
  // It takes its values from the table that it refers to.
  const refers = relation.value.constraints.some(
    (one) => one.kind === "foreign key" && one.columns.includes(key),
  );
  if (refers) return undefined;
  if (operation.query.functions.some(({ name }) => name === "nextval")) return undefined;
  const { start, end } = operation.span;
  const tokens = tokenize(step.script.text, start, Math.min(end, start + farEnough)).filter(
    ({ kind }) => kind !== "comment",
  );
  const user = tokens.findIndex(({ value }) => value === "overriding");
  if (user >= 0 && tokens[user + 1]?.value === "user") return undefined;
  const counted = relation.value.columns.find(({ name }) => name === key)?.default;
  if (counted !== undefined && beginsApart(counted.text, tokens)) return undefined;
  if (operation.source === "query") return key;
  const position = positionOf(key, operation, relation.value);
  const values = valueRows(tokens, 1)[0] ?? [];
  // The table isn't the one that the history knows.
  if (operation.columns.length === 0 && values.length > relation.value.columns.length) return undefined;
  const [first, second] = values[position] ?? [];
  if (first === undefined || (first.kind === "word" && first.value === "default")) return undefined;
  // A row beside the counted ones: `0` for nobody, `-1` for everybody.
  const isZero =
    first.kind === "number"
      ? Number(first.value) === 0
      : first.kind === "string" && /^'?(?:0|-\d{1,18})'?$/.test(first.value);
  const isAside = first.value === "-" || isZero;
  return isAside && operation.rows === 1 && (second === undefined || first.value === "-") ? undefined : key;
}

const positionOf = (key: string, { columns }: InsertRows, relation: Relation): number =>
  columns.length > 0
    ? columns.findIndex(({ text }) => text === key)
    : relation.columns.findIndex(({ name }) => name === key);

const mostRows = 1000;

/** The largest of the keys that an INSERT … VALUES writes as numbers; undefined: not all of them are. */
export function largestKey(step: Step): number | undefined {
  const { operation, before } = step;
  const key = explicitKey(step);
  if (key === undefined || operation.kind !== "insertRows" || operation.source !== "values") return undefined;
  const relation = before.relation(operation.table);
  if (relation.is !== "present") return undefined;
  const position = positionOf(key, operation, relation.value);
  const keys = valueRows(tokensIn(step, operation.span), mostRows).map((row) => {
    const [value, ...more] = row[position] ?? [];
    // As a text, too, which the server takes for a number.
    const text = value?.value.replaceAll("'", "") ?? "";
    return more.length === 0 && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  });
  const largest = Math.max(...keys);
  return Number.isFinite(largest) ? largest : undefined;
}

/** `'A-' || nextval('s')`: no string of the statement begins as all values of the default do. */
function beginsApart(expression: string, tokens: readonly Token[]): boolean {
  const [first, second] = tokenize(expression).filter(({ value }) => value !== "(");
  if (first?.kind !== "string" || second?.value !== "||") return false;
  const strings = tokens.filter(({ kind }) => kind === "string");
  return strings.length > 0 && !strings.some(({ value }) => value.startsWith(first.value));
}

function writtenKey(
  { columns }: Pick<InsertRows | CopyRows, "columns">,
  relation: ReturnType<Step["before"]["relation"]>,
): string | undefined {
  if (relation.is !== "present") return undefined;
  const keys = relation.value.columns.filter(counts);
  const { complete, maybeOlder } = relation.value;
  // CREATE TABLE IF NOT EXISTS says what the columns are, unless something else has made the table.
  if (columns.length === 0) return complete || maybeOlder !== undefined ? keys[0]?.name : undefined;
  return keys.find(({ name }) => columns.some(({ text }) => text === name))?.name;
}

/** See `ValueQuestions.copiesAlike`. */
export function copiesAlike({ operation, statement, before }: Step): boolean {
  if (operation.kind !== "insertRows" || operation.source !== "query") return false;
  const columnsOf = (name: QualifiedName): string | undefined => {
    const found = before.relation(name);
    return found.is === "present" && found.value.complete
      ? JSON.stringify(found.value.columns.map((column) => column.name))
      : undefined;
  };
  const target = columnsOf(operation.table);
  // Rows that the same statement deletes come by way of WITH … RETURNING.
  const deleted = statement.operations.flatMap((other) => (other.kind === "deleteRows" ? [other.table] : []));
  const sources = [...operation.query.stars, ...deleted];
  return target !== undefined && sources.some((name) => columnsOf(name) === target);
}

/** Names of columns that tell when a row was made or changed. */
const timeOfChange =
  /^(?:created|inserted|added|updated|modified|changed|edited|touched|deleted|archived|migrated|revised|revision|processed|synced|last)(?:_|at$|on$|[A-Z]|$)/i;

export interface MovingValue {
  readonly at: Span;
  /** `now()`. */
  readonly text: string;
}

/** See `ValueQuestions.movingValue`. */
export function movingValue(step: Step, what: "clock" | "chance"): MovingValue | undefined {
  const { operation } = step;
  if (operation.called === true) return undefined;
  const isBackfill =
    operation.kind === "updateRows" ||
    operation.kind === "mergeRows" ||
    (operation.kind === "insertRows" && operation.source === "query" && operation.query.relations.length > 0);
  if (!isBackfill) return undefined;
  const moves = what === "clock" ? isClock : isChance;
  const where = operation.kind === "mergeRows" ? undefined : operation.where?.span;
  const found = operation.query.functions.find(
    (name) =>
      moves(name, step.before.family) &&
      !(where !== undefined && where.start <= name.span.start && name.span.end <= where.end) &&
      !(what === "clock" && tellsTheTime(step, name.span.start)),
  );
  return found === undefined ? undefined : { at: found.span, text: callText(found) };
}

/** `updated_at = now()`; of INSERT: one of the columns is such a one. */
function tellsTheTime(step: Step, at: number): boolean {
  const { operation, before } = step;
  if (operation.kind === "insertRows") {
    const times = operation.columns.filter(({ text }) => timeOfChange.test(text)).length;
    return operation.query.functions.filter((name) => isClock(name, before.family)).length <= times;
  }
  const from = Math.max(operation.span.start, at - 400);
  const tokens = tokensIn(step, { start: from, end: at });
  const name = tokens.at(-2);
  return tokens.at(-1)?.value === "=" && name !== undefined && timeOfChange.test(name.value);
}

/** See `ValueQuestions.unrepeatableSeed`. */
export function isUnrepeatableSeed(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "insertRows" || operation.onConflict !== undefined) return false;
  if (operation.conditional === true) return false;
  const isConstant =
    operation.source === "values" ||
    (operation.source === "query" && operation.query.relations.length === 0 && operation.where === undefined);
  const table = before.resolve(operation.table);
  const found = before.relation(table);
  if (!isConstant || step.madeHere(table) || (found.is === "present" && found.value.temporary)) return false;
  return true;
}

/** See `ValueQuestions.checkedBefore`. */
export function checkedBefore(step: Step, filled: (column: string) => boolean): Constraint | undefined {
  const { operation, before } = step;
  if (operation.kind !== "updateRows") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present") return undefined;
  const { key } = found.value;
  const written = operation.columns.map(({ text }) => text);
  return found.value.constraints.find((constraint) => {
    if (constraint.validated || !constraint.enforced) return false;
    if (constraint.kind === "not null")
      return (
        written.includes(constraint.column) && !filled(constraint.column) && !isUncommitted(step, constraint)
      );
    if (constraint.kind !== "check") return false;
    const { provesNotNull, columns } = constraint.expression;
    const isFilled = provesNotNull.every((column) => !written.includes(column) || filled(column));
    const isTouched = !isFilled || columns.some(({ column }) => written.includes(column));
    if (!isTouched || isUncommitted(step, constraint)) return false;
    // It may be validated after this UPDATE, which so makes the rows fit.
    return (
      !isFilled ||
      step
        .neighbours("later", "validateConstraint")
        .some(
          ({ operation: later, before: then }) =>
            later.name.text === constraint.name && then.resolve(later.table) === key,
        )
    );
  });
}

/** The constraint came in the same transaction: nobody else has met it yet. */
const isUncommitted = (step: Step, { origin }: Constraint): boolean => {
  if (!step.isHere(origin)) return false;
  const added = step
    .neighbours("earlier", "addCheck", "addNotNull")
    .findLast(({ statement }) => statement.span.start === origin.span.start);
  return (
    added !== undefined &&
    (added.transaction.id === step.transaction.id || added.transaction.kind === "unknown")
  );
};
