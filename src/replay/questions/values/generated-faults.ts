/** Values that a new column's expression can't have for each old row. */
import type { Expression } from "../../../model/expression.ts";
import { tokenize } from "../../../sql/postgres/lexer.ts";
import type { Step } from "../../step.ts";

export interface GeneratedFault {
  /** `null`: it may be NULL, and the column is NOT NULL; `cast`: a text in it may be no value of the type. */
  readonly how: "null" | "cast";
  /** What it takes: `payload->>'x'`, `code`. */
  readonly of: string;
  /** Of `cast`. */
  readonly type: string;
}

/** Parts of a JSON value that may not be there. */
const extracting = /(?:->>?|#>>?)\s*'/;
/** What gives a value where there is none, or looks whether there is one. */
const guarded =
  /\b(?:coalesce|case|concat|concat_ws|ifnull|nullif|is|greatest|least|num_nulls|json\w*_build\w*)\b/i;
/** Types to which a text is cast in the same way at all times, and that refuse most texts. */
const strict =
  "int|int2|int4|int8|integer|bigint|smallint|numeric|decimal|real|float|float4|float8|uuid|boolean|bool|inet";
const castOfJson = new RegExp(
  `([\\w".]+\\s*(?:->\\s*'[^']*'\\s*)*->>\\s*'[^']*')\\s*\\)?\\s*(?:::|as)\\s*(${strict})\\b`,
  "i",
);

/** The expression with one blank between tokens, and without comments. */
const spaced = ({ text }: Expression): string =>
  tokenize(text, 0, text.length)
    .filter(({ kind }) => kind !== "comment")
    .map(({ start, end }) => text.slice(start, end))
    .join(" ");

/** See `ValueQuestions.generatedFault`. */
export function generatedFault({ operation, before, statement }: Step): GeneratedFault | undefined {
  if (operation.kind !== "addColumn" || operation.column.generated === undefined) return undefined;
  const { column, table } = operation;
  const { expression, stored } = operation.column.generated;
  if (!stored && !column.notNull) return undefined;
  const text = spaced(expression);
  if (guarded.test(text)) return undefined;
  const cast = castIn(expression, text);
  const isText = (name: string): boolean => {
    const found = before.column(table, name);
    return (
      found.is === "present" && /^(?:text|varchar|char|bpchar|citext)$/.test(found.value.type?.name ?? "")
    );
  };
  if (cast !== undefined && (cast.column === undefined || isText(cast.column)))
    return { how: "cast", of: cast.of, type: cast.type };
  const isNew = (name: string): boolean =>
    statement.operations.some((other) => other.kind === "addColumn" && other.column.name.text === name);
  const nullable = expression.columns.find(({ column: name }) => {
    const found = before.column(table, name);
    return found.is === "present" && found.value.notNull === "no" && !isNew(name);
  });
  if (!column.notNull) return undefined;
  const json = extracting.test(text);
  if (!json && nullable === undefined) return undefined;
  const of = json ? text.replaceAll(" ", "") : (nullable?.column ?? "");
  return { how: "null", of: of.length > 30 ? column.name.text : of, type: "" };
}

interface Cast {
  readonly of: string;
  readonly type: string;
  /** Undefined: a part of a JSON value. */
  readonly column?: string | undefined;
}

function castIn({ castOf }: Expression, text: string): Cast | undefined {
  if (castOf !== undefined && new RegExp(`^(?:${strict})$`).test(castOf.type.name))
    return { of: castOf.column, type: castOf.type.name, column: castOf.column };
  const [, of, type] = castOfJson.exec(text) ?? [];
  if (of === undefined || type === undefined) return undefined;
  return { of: of.replaceAll(" ", ""), type: type.toLowerCase() };
}
