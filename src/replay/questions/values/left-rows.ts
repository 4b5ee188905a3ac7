/** UPDATEs whose condition no longer holds for the rows that they have changed. */
import type { Column } from "../../../schema/model.ts";
import { isUserEnum } from "../../../schema/user-enum.ts";
import type { Step } from "../../step.ts";
import { statementTokens, tokensIn, type ScriptToken } from "../tokens.ts";
import { assigned } from "./written-rows.ts";

/** Words that make of a condition more than parts that all have to hold. */
const others: ReadonlySet<string> = new Set(["or", "xor", "between", "case", "||"]);

/** See `ValueQuestions.leavesItsRows`. */
export function leavesItsRows(step: Step): boolean {
  const { operation, before } = step;
  if (operation.kind !== "updateRows" || operation.where === undefined || operation.where.trivial)
    return false;
  const found = before.relation(operation.table);
  // What a trigger makes of the value isn't known.
  if (found.is !== "present" || found.value.triggers.some(({ timing }) => timing === "before")) return false;
  const condition = tokensIn(step, operation.where.span);
  if (condition.some(({ kind, value }) => kind !== "string" && others.has(value))) return false;
  const set = new Map(assigned(statementTokens(step)));
  return partsOf(condition).some((part) => {
    const [name, ...rest] = part;
    const value = set.get(name?.value ?? "");
    const column = found.value.columns.find((one) => one.name === name?.value);
    const [literal] = value ?? [];
    if (value?.length !== 1 || column === undefined || literal === undefined || !isLiteral(literal))
      return false;
    const words = rest.map((token) => (token.kind === "string" ? "" : token.value)).join(" ");
    if (words === "is null") return true;
    const asked = rest.at(-1);
    if (asked === undefined || !isLiteral(asked) || asked.kind !== literal.kind) return false;
    if (!isKeptAsWritten(column, step)) return false;
    const sign = rest
      .slice(0, -1)
      .map((token) => token.value)
      .join(" ");
    if (/^(?:is distinct from|<>|!=)$/.test(sign)) return asked.value === literal.value;
    return sign === "=" && asked.value.toLowerCase().trim() !== literal.value.toLowerCase().trim();
  });
}

/** What AND connects, outside of parentheses. */
function partsOf(tokens: readonly ScriptToken[]): readonly (readonly ScriptToken[])[] {
  const parts: ScriptToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "punctuation" && token.value === "(") depth++;
    if (token.kind === "punctuation" && token.value === ")") depth--;
    if (depth === 0 && token.kind === "word" && token.value === "and") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** A text, a whole number or a truth value. */
const isLiteral = ({ kind, value }: ScriptToken): boolean =>
  kind === "string" || (kind === "number" && /^\d+$/.test(value)) || /^(?:true|false)$/.test(value);

const exact: ReadonlySet<string> = new Set(
  "tinyint smallint mediumint int integer bigint boolean text varchar uuid".split(" "),
);

/** The value of a literal reads back as the same one. */
function isKeptAsWritten({ type, collation }: Column, { before }: Step): boolean {
  if (type === undefined || type.dimensions > 0 || collation !== undefined) return false;
  return exact.has(type.name) || isUserEnum(before, type);
}
