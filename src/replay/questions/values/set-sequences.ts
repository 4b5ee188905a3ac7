/** Whether a migration advances the sequence of a table that it gives rows with keys of its own. */
import type { QualifiedName } from "../../../model/names.ts";
import { laterRelation } from "../../../schema/later.ts";
import type { Schema } from "../../../schema/schema.ts";
import { sequencesOf } from "../../../schema/state.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";
import { tokensIn } from "../tokens.ts";
import type { Fills } from "./fills.ts";
import { numberOf } from "./set-numbers.ts";
import { explicitKey, largestKey } from "./written-values.ts";

/** See `ValueQuestions.setsSequence`. */
export const setsSequence = (step: Step, fills: Fills): boolean =>
  // A dump sets its sequences before or after the rows.
  step.later().some((other) => sets(other, step)) ||
  step.earlier().some((other) => sets(other, step) && !isOutrun(other, step)) ||
  wasSetBefore(step, fills);

/** By an earlier migration, to no smaller value than any key of this one. */
function wasSetBefore(step: Step, { numbers }: Fills): boolean {
  const { table, before } = step;
  if (numbers.size === 0 || table === undefined) return false;
  const found = before.relation(table);
  const key = explicitKey(step);
  const column = found.is === "present" ? found.value.columns.find(({ name }) => name === key) : undefined;
  const number = column && numberOf(numbers, table.name, column);
  return (
    number !== undefined && keysOf([...step.earlier(), step], step).every((one = Infinity) => one <= number)
  );
}

/** See `ValueQuestions.setsSequenceLater`. */
export function setsSequenceLater(
  { operation, scope }: Step,
  column: string,
): ((end: Schema) => boolean) | undefined {
  const { after, history, migration } = scope;
  const found =
    "table" in operation && operation.table !== undefined ? after.relation(operation.table) : undefined;
  if (found?.is !== "present") return undefined;
  const table = found.value;
  const its = table.columns.find(({ name }) => name === column);
  const named = its?.default === undefined ? [] : sequencesOf(its.default).map((name) => after.resolve(name));
  const sequences = [...after.relations()].filter(
    ({ key, ownedBy }) => (ownedBy?.table === table.key && ownedBy.column === column) || named.includes(key),
  );
  const isForTrials = scope.isForTrials();
  // What is for tests alone doesn't run in production.
  const counts = (other: number | undefined): boolean =>
    other !== undefined &&
    other > migration.index &&
    (isForTrials || history.migrations[other]?.trial !== true);
  return (end) => {
    const later = laterRelation(end, table);
    if (later === undefined || counts(later.emptied?.origin.migration)) return true;
    return sequences.some((sequence) => counts(laterRelation(end, sequence)?.renumbered));
  };
}

function sets(other: Step, { table }: Step): boolean {
  const { operation, before } = other;
  if (table === undefined) return false;
  const isIts = (name: QualifiedName): boolean => before.resolve(name) === before.resolve(table);
  const callsSetval = (names: readonly QualifiedName[]): boolean =>
    names.some(({ name }) => name === "setval") && mayNameSequenceOf(other, table);
  switch (operation.kind) {
    case "createSequence":
      return operation.ownedBy === undefined && isNamedAfter(operation.sequence.name, table.name);
    case "alterSequence": {
      const sequence = before.relation(operation.sequence);
      const owner = sequence.is === "present" ? sequence.value.ownedBy?.table : undefined;
      return owner === undefined || owner === before.resolve(table);
    }
    case "alterIdentity":
    case "addIdentity":
      return isIts(operation.table);
    case "executeDynamic":
      return true;
    case "truncateTable":
      return operation.restartIdentity && isIts(operation.table);
    case "callFunction":
      return callsSetval([operation.function]);
    case "selectRows":
    case "updateRows":
    case "insertRows":
      return callsSetval(operation.query.functions);
    default:
      return false;
  }
}

/** `orders_seq`, `orders_id_sequence`, `seq_orders`: what an application draws the keys from, as Hibernate does. */
const isNamedAfter = (sequence: string, table: string): boolean => {
  const [own, its] = [sequence.toLowerCase(), table.toLowerCase()];
  const stem = own.replace(/^seq(?:uence)?_|(?:_id)?_seq(?:uence)?$/, "");
  return stem !== own && stem === its;
};

/** Rows behind it, up to those of the step, have larger keys than it sets the sequence to. */
function isOutrun(setter: Step, step: Step): boolean {
  const { table } = step;
  if (table === undefined) return false;
  const all = step.earlier();
  const at = all.indexOf(setter);
  const until = setUntil(setter, table, () => keysOf(all.slice(0, at), step));
  return until !== undefined && keysOf([...all.slice(at + 1), step], step).some((key = 0) => key > until);
}

/** The largest of each INSERT into the table of a step; undefined: it isn't known. */
const keysOf = (steps: readonly Step[], { table, before }: Step): readonly (number | undefined)[] =>
  steps
    .filter(
      ({ operation }) =>
        operation.kind === "insertRows" &&
        table !== undefined &&
        before.resolve(operation.table) === before.resolve(table),
    )
    .map(largestKey);

const fewTokens = 80;

/** How far it sets the sequence, if that stands there. `keysBefore`: the largest keys of the INSERTs that come first. */
function setUntil(
  step: Step,
  { name }: QualifiedName,
  keysBefore: () => readonly (number | undefined)[],
): number | undefined {
  const { kind } = step.operation;
  if (
    kind !== "selectRows" &&
    kind !== "callFunction" &&
    kind !== "alterSequence" &&
    kind !== "alterIdentity"
  )
    return undefined;
  const tokens = tokensIn(step, step.operation.span);
  const words = tokens.map(({ value }) => value);
  if (tokens.length > fewTokens || ["*", "last_value", "nextval"].some((one) => words.includes(one)))
    return undefined;
  const numbers = tokens.flatMap((token) => (token.kind === "number" ? [Number(token.value)] : []));
  if (!words.includes("max")) {
    // `setval('s', 7)`, `RESTART WITH 7`.
    const isWhole = tokens.some(
      (token, i) =>
        token.kind === "number" &&
        [",", "with", "restart"].includes(words[i - 1] ?? "") &&
        [",", ")", ";", undefined].includes(words[i + 1]),
    );
    return numbers.length === 1 && isWhole ? numbers[0] : undefined;
  }
  // `setval('s', (SELECT max(id) + 1 FROM t))`: of the rows that are there by then.
  const isOfTable = words.filter((one) => one === "from").length === 1 && words.includes(name);
  const keys = isOfTable ? keysBefore().map((key = Number.NaN) => key) : [];
  const until = Math.max(...keys) + numbers.reduce((sum, one) => sum + one, 0);
  return Number.isFinite(until) ? until : undefined;
}

/** A string of the statement has the table's name (`orders`, `orders_id_seq`), or none says which sequence it is. */
function mayNameSequenceOf({ statement, script }: Step, table: QualifiedName): boolean {
  const strings = tokenize(script.text, statement.span.start, statement.span.end).filter(
    ({ kind }) => kind === "string",
  );
  return (
    strings.length === 0 ||
    strings.some(({ start, end }) =>
      script.text.slice(start, end).toLowerCase().includes(table.name.toLowerCase()),
    )
  );
}
