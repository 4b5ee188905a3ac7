/** `CONCAT(id, '-U')`, `CAST(id AS varchar(36)) || '-U'`: how long the text is that is joined of columns and literals. */
import type { ColumnReference } from "../../../model/expression.ts";
import type { ScriptToken } from "../tokens.ts";
import { literalOf } from "./check-value.ts";

export interface JoinedText {
  /** The columns, each with the length that a cast cuts it to. */
  readonly columns: readonly { readonly reference: ColumnReference; readonly most: number }[];
  /** Characters of the literals. */
  readonly literals: number;
}

/** Undefined: something else is in it, or it isn't joined. @param bare the column that stands there and nothing else */
export function joinedText(
  value: readonly ScriptToken[],
  bare: (value: readonly ScriptToken[]) => ColumnReference | undefined,
  isOperator: boolean,
): JoinedText | undefined {
  const parts = partsOf(value, isOperator);
  if (parts.length < 2) return undefined;
  const columns: { reference: ColumnReference; most: number }[] = [];
  let literals = 0;
  for (const part of parts) {
    const literal = part.length === 1 && part[0]?.kind === "string" ? literalOf(part) : undefined;
    const { inner, most } = withoutCast(part);
    const reference = literal === undefined ? bare(inner) : undefined;
    if (literal !== undefined) literals += Array.from(literal.text).length;
    else if (reference !== undefined) columns.push({ reference, most });
    else return undefined;
  }
  return { columns, literals };
}

function partsOf(value: readonly ScriptToken[], isOperator: boolean): readonly (readonly ScriptToken[])[] {
  const [name, open] = value;
  if (name?.kind === "word" && name.value === "concat" && open?.value === "(" && value.at(-1)?.value === ")")
    return split(value.slice(2, -1), ",");
  return isOperator ? split(value, "||") : [];
}

/** At a mark outside of parentheses; none where they don't match. */
function split(tokens: readonly ScriptToken[], mark: string): readonly (readonly ScriptToken[])[] {
  const parts: ScriptToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const isMark = token.kind === "punctuation" || token.kind === "operator";
    if (isMark && token.value === "(") depth++;
    else if (isMark && token.value === ")" && --depth < 0) return [];
    if (isMark && depth === 0 && token.value === mark) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

interface Cast {
  readonly inner: readonly ScriptToken[];
  readonly most: number;
}

/** `CAST(id AS varchar(36))`, `id::varchar(36)`, `id::text`. */
function withoutCast(part: readonly ScriptToken[]): Cast {
  const [first, open] = part;
  const isCast = first?.kind === "word" && first.value === "cast" && open?.value === "(";
  const inner = isCast ? part.slice(2, -1) : part;
  const at = inner.findIndex(({ kind, value }) =>
    isCast ? kind === "word" && value === "as" : kind !== "string" && value === "::",
  );
  if (at === -1) return { inner: part, most: Infinity };
  const [type, , length] = inner.slice(at + 1);
  const isText = type?.kind === "word" && /^(?:text|varchar|char|character|nchar)$/.test(type.value);
  if (!isText) return { inner: part, most: Infinity };
  const most = length === undefined ? Infinity : Number(length.value);
  return { inner: inner.slice(0, at), most: Number.isInteger(most) ? most : Infinity };
}
