/** UPDATEs that compute the values of all rows from themselves, so that the column holds another unit or another form. */
import type { Predicate } from "../../../model/expression.ts";
import type { Step } from "../../step.ts";
import { statementTokens, tokensIn, type ScriptToken } from "../tokens.ts";
import { assigned } from "./written-rows.ts";

/** A column whose values mean something else afterwards. */
export interface Remade {
  readonly column: string;
  /** What was done to each value: `* 100`, `|| '.bak'`. */
  readonly change: string;
}

/**
 * Factors between units: powers of ten, of time and of bytes. Others (`price * 1.02`) change a value, and not what it
 * means.
 */
const factors = /^(?:10+|0?\.0*1|24|60|1440|3600|86400|1024|1048576)(?:\.0*)?$/;

/** See `ValueQuestions.remade`. */
export function remade(step: Step): Remade | undefined {
  const { operation, createdPending, madeHere } = step;
  if (operation.kind !== "updateRows" || operation.called === true || operation.unnamed === true)
    return undefined;
  const { table, columns, where, among, limited } = operation;
  if (among !== undefined || limited === true || madeHere(table)) return undefined;
  const names = columns.map(({ text }) => text).filter((name) => createdPending(table, name) !== "yes");
  if (names.length === 0) return undefined;
  const isOfAll = (name: string): boolean =>
    where === undefined || where.trivial || isFilled(step, where, name);
  for (const [name, value] of assigned(statementTokens(step))) {
    const column = names.find((one) => one === name);
    const change = column === undefined || !isOfAll(column) ? undefined : changeOf(column, value);
    if (column !== undefined && change !== undefined) return { column, change: textOf(step, change) };
  }
  return undefined;
}

/** `c IS NOT NULL`: computing leaves NULL as it is. */
function isFilled(step: Step, { span }: Predicate, name: string): boolean {
  const words = tokensIn(step, span).map(({ value }) => value);
  return words.filter((word) => word !== "(" && word !== ")").join(" ") === `${name} is not null`;
}

/** The operator with its literal beside the column itself, or the whole concat(); rows of a CASE aren't all of them. */
function changeOf(column: string, value: readonly ScriptToken[]): readonly ScriptToken[] | undefined {
  const isColumn = ({ kind, value: name }: ScriptToken): boolean =>
    name === column && (kind === "word" || kind === "quoted");
  const at = value.findIndex(isColumn);
  const isOther = (one: ScriptToken): boolean => one.kind === "quoted" || one.value === "case";
  if (at < 0 || value.some((one, index) => index !== at && (isColumn(one) || isOther(one)))) return undefined;
  if (value[0]?.value === "concat") return value.length === 6 && value.some(isText) ? value : undefined;
  const behind = value.slice(at + 1, at + 3);
  if (isMade(behind[0], behind[1])) return behind;
  const ahead = value.slice(Math.max(0, at - 2), at);
  return ahead[1]?.value !== "/" && isMade(ahead[1], ahead[0]) ? ahead : undefined;
}

function isMade(operator: ScriptToken | undefined, literal: ScriptToken | undefined): boolean {
  if (operator === undefined || literal === undefined) return false;
  if (operator.value === "||") return isText(literal);
  const isScale = operator.value === "*" || operator.value === "/";
  return isScale && literal.kind === "number" && factors.test(literal.value);
}

const isText = ({ kind, value }: ScriptToken): boolean => kind === "string" && value !== "";

/** Without the comments in it. */
const textOf = ({ script }: Step, tokens: readonly ScriptToken[]): string =>
  tokens
    .map(({ start, end }) => script.text.slice(start, end))
    .join(" ")
    .replaceAll(/ (?=[(),])|(?<=\() /g, "");
