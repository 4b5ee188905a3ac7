/** What a CHECK says of one literal in its column, by the tokens of both; anything else than plain comparisons is not known. */
import type { ScriptToken } from "../tokens.ts";

/** A literal as it is compared: numbers as numbers, text as text. */
export interface Literal {
  readonly text: string;
  /** In quotes. */
  readonly isText: boolean;
  /** Undefined: it is no number. */
  readonly number: number | undefined;
}

/** Undefined: not known. */
type Truth = boolean | undefined;

interface Reader {
  readonly tokens: readonly ScriptToken[];
  readonly column: string;
  readonly value: Literal;
  /** Texts are equal only if they are the same. */
  readonly isExact: boolean;
  at: number;
}

/** `'a'`, `-1.5`, `'a'::text`; undefined: it is none, or NULL. */
export function literalOf(tokens: readonly ScriptToken[]): Literal | undefined {
  const cast = tokens.findIndex(({ value }) => value === "::");
  const bare = cast === -1 ? tokens : tokens.slice(0, cast);
  const isNegative = bare[0]?.value === "-" && bare[0].kind !== "string";
  const [token, ...more] = isNegative ? bare.slice(1) : bare;
  if (token === undefined || more.length > 0) return undefined;
  if (token.kind !== "number" && (token.kind !== "string" || isNegative)) return undefined;
  const text = isNegative ? `-${token.value}` : token.value;
  const number = /^\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*$/.test(text) ? Number(text) : undefined;
  const isText = token.kind === "string";
  return !isText && number === undefined ? undefined : { text, isText, number };
}

/** True: the condition is false for the value, whatever stands in the row's other columns. */
export const refuses = (
  condition: readonly ScriptToken[],
  column: string,
  value: Literal,
  isExact: boolean,
): boolean => truthOf(condition, column, value, isExact) === false;

/** True: it is true for the value, whatever stands in the others. */
export const allows = (
  condition: readonly ScriptToken[],
  column: string,
  value: Literal,
  isExact: boolean,
): boolean => truthOf(condition, column, value, isExact) === true;

function truthOf(condition: readonly ScriptToken[], column: string, value: Literal, isExact: boolean): Truth {
  const reader: Reader = { tokens: condition, column, value, isExact, at: 0 };
  const truth = either(reader);
  return reader.at >= condition.length ? truth : undefined;
}

const word = ({ tokens, at }: Reader, ahead = 0): string => {
  const token = tokens[at + ahead];
  return token === undefined || token.kind === "string" || token.kind === "quoted" ? "" : token.value;
};

function take(reader: Reader, ...words: readonly string[]): boolean {
  if (!words.every((one, i) => word(reader, i) === one)) return false;
  reader.at += words.length;
  return true;
}

function either(reader: Reader): Truth {
  let truth = both(reader);
  while (take(reader, "or")) {
    const other = both(reader);
    truth = truth === true || other === true ? true : truth === false && other === false ? false : undefined;
  }
  return truth;
}

function both(reader: Reader): Truth {
  let truth = condition(reader);
  while (take(reader, "and")) {
    const other = condition(reader);
    truth = truth === false || other === false ? false : truth === true && other === true ? true : undefined;
  }
  return truth;
}

function condition(reader: Reader): Truth {
  if (take(reader, "not")) {
    const truth = condition(reader);
    return truth === undefined ? undefined : !truth;
  }
  const { at } = reader;
  if (take(reader, "(")) {
    const truth = either(reader);
    // `(status)::text = 'a'`: what stands in parentheses is no condition.
    if (take(reader, ")") && /^(?:and|or|\)|)$/.test(word(reader))) return truth;
    reader.at = at;
  }
  const truth = subject(reader) ? comparison(reader) : undefined;
  if (truth === undefined) skip(reader);
  return truth;
}

/** To the end of a condition that isn't understood. */
function skip(reader: Reader): void {
  let depth = 0;
  let isBetween = false;
  for (; reader.at < reader.tokens.length; reader.at++) {
    const here = word(reader);
    if (here === "(" || here === "[") depth++;
    else if (here === ")" || here === "]") {
      if (--depth < 0) return;
    } else if (depth > 0) continue;
    else if (here === "between") isBetween = true;
    else if (here === "and" && isBetween) isBetween = false;
    else if (here === "and" || here === "or") return;
  }
}

/** The column itself, perhaps in parentheses and with a cast. */
function subject(reader: Reader): boolean {
  let parentheses = 0;
  while (take(reader, "(")) parentheses++;
  const token = reader.tokens[reader.at];
  const isName = token?.kind === "word" || token?.kind === "quoted";
  if (!isName || token.value !== reader.column) return false;
  reader.at++;
  while (parentheses > 0 && take(reader, ")")) parentheses--;
  if (parentheses > 0) return false;
  return cast(reader);
}

/** Only to what leaves a text or number as it is. */
function cast(reader: Reader): boolean {
  while (take(reader, "::")) {
    if (!/^(?:text|varchar|numeric|integer|int|bigint)$/.test(word(reader))) return false;
    reader.at++;
    if (take(reader, "[", "]")) continue;
    if (word(reader) === "(") return false;
  }
  return true;
}

function comparison(reader: Reader): Truth {
  if (take(reader, "is", "not", "null")) return true;
  if (take(reader, "is", "null")) return false;
  const isNegated = take(reader, "not");
  const truth = list(reader) ?? (isNegated ? undefined : operator(reader));
  return truth === undefined ? undefined : truth !== isNegated;
}

function list(reader: Reader): Truth {
  if (take(reader, "between")) {
    const low = operand(reader);
    if (low === undefined || !take(reader, "and")) return undefined;
    const high = operand(reader);
    const [above, below] = [compare(reader, ">=", low), compare(reader, "<=", high)];
    return above === false || below === false ? false : above === true && below === true ? true : undefined;
  }
  if (take(reader, "in", "(")) return anyOf(reader, ")");
  const { at } = reader;
  if (!take(reader, "=", "any", "(")) return undefined;
  let parentheses = 0;
  while (take(reader, "(")) parentheses++;
  const truth = take(reader, "array", "[") ? anyOf(reader, "]") : undefined;
  let isRead = cast(reader);
  for (; parentheses > 0 && isRead; parentheses--) isRead = take(reader, ")") && cast(reader);
  if (isRead && take(reader, ")")) return truth;
  reader.at = at;
  return undefined;
}

function anyOf(reader: Reader, close: string): Truth {
  let truth: Truth = false;
  do {
    const equal = compare(reader, "=", operand(reader));
    truth = truth === true || equal === true ? true : equal === undefined ? undefined : truth;
    // Nothing is known of a list with something in it that isn't.
    if (equal === undefined) return undefined;
  } while (take(reader, ","));
  return take(reader, close) ? truth : undefined;
}

function operator(reader: Reader): Truth {
  const written = word(reader);
  if (!/^(?:=|<>|!=|<|>|<=|>=)$/.test(written)) return undefined;
  reader.at++;
  const other = operand(reader);
  const ends = /^(?:and|or|\)|)$/.test(word(reader));
  return ends ? compare(reader, written, other) : undefined;
}

function operand(reader: Reader): Literal | undefined {
  const { at, tokens } = reader;
  const length = word(reader) === "-" ? 2 : 1;
  const literal = literalOf(tokens.slice(at, at + length));
  if (literal === undefined) return undefined;
  reader.at += length;
  return cast(reader) ? literal : undefined;
}

function compare({ value, isExact }: Reader, operator: string, other: Literal | undefined): Truth {
  if (other === undefined) return undefined;
  const areTexts = value.isText && other.isText;
  if (value.number !== undefined && other.number !== undefined && !areTexts) {
    const [left, right] = [value.number, other.number];
    switch (operator) {
      case "=":
        return left === right;
      case "<":
        return left < right;
      case ">":
        return left > right;
      case "<=":
        return left <= right;
      case ">=":
        return left >= right;
      default:
        return left !== right;
    }
  }
  // Which text comes first depends on the collation.
  if (operator !== "=" && operator !== "<>" && operator !== "!=") return undefined;
  const isEqual = value.text === other.text;
  // `'05'` is 5 in a column of numbers.
  if (!isEqual && value.number !== undefined && value.number === other.number) return undefined;
  // In some collations, text that differs in case, accents and blanks at its end is equal.
  if (!isEqual && !isExact && alike(value.text) === alike(other.text)) return undefined;
  return isEqual === (operator === "=");
}

const alike = (text: string): string =>
  text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().trimEnd();
