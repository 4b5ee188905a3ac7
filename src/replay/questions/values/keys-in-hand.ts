import type { Predicate } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Schema } from "../../../schema/schema.ts";
import { withoutSqlComments } from "../../../text/sql-comments.ts";
import type { Step } from "../../step.ts";

const value = String.raw`(\w+|'[^']*')(?:::\w+)?`;
/** `book_ids @> to_jsonb(loser::text)`, `ids @> ARRAY[loser]` */
const holds = new RegExp(
  String.raw`^(?:\w+\.)?"?(\w{0,60}(?:ids|uuids))"?\s*@>\s*(?:(?:to_jsonb|jsonb_build_array)\s*\(\s*${value}\s*\)|array\s*\[\s*${value}\s*\]|'\[?\{?"?[\w-]+"?\]?\}?')(?:::\w+(?:\[\])?)?$`,
  "i",
);
/** `loser = ANY (ids)` */
const isAmong = new RegExp(
  String.raw`^${value}\s*=\s*any\s*\(\s*(?:\w+\.)?"?(\w{0,60}(?:ids|uuids))"?\s*\)$`,
  "i",
);

/** The rows whose list of keys has one that is given: of a parameter, or written out. */
export function isListWithKey(where: Predicate | undefined, table: QualifiedName, schema: Schema): boolean {
  if (where === undefined || /\bor\b/i.test(where.text)) return false;
  const isGiven = (text: string | undefined): boolean =>
    text === undefined || text.startsWith("'") || schema.column(table, text).is !== "present";
  return partsOf(where).some((part) => {
    const [, , json, array] = holds.exec(part) ?? [];
    if (holds.test(part)) return isGiven(json) && isGiven(array);
    const [, key] = isAmong.exec(part) ?? [];
    return key !== undefined && isGiven(key);
  });
}

/** `INSERT … RETURNING id INTO v` before it in the block, and `plan_id = v`: what the block itself has made around its row. */
export function isOfRowMadeHere({ operation, neighbours, script, statement, inBody }: Step): boolean {
  if (operation.kind !== "updateRows" && operation.kind !== "deleteRows" && operation.kind !== "insertRows")
    return false;
  const { where } = operation;
  if (!inBody || where === undefined || /\bor\b/i.test(where.text)) return false;
  const compared = partsOf(where).flatMap((part) => equals.exec(part)?.[1] ?? []);
  if (compared.length === 0) return false;
  return neighbours("earlier", "insertRows").some((other) => {
    if (other.statement !== statement || other.operation.rows !== 1) return false;
    const { start } = other.operation.span;
    const [, variable] = returned.exec(script.text.slice(start, start + longest)) ?? [];
    return variable !== undefined && compared.includes(variable);
  });
}

const equals = /^(?:\w+\.)?"?\w+"?\s*=\s*([a-z_]\w*)$/i;
const returned = /^[^;]*\breturning\s+\w+\s+into\s+(?:strict\s+)?(\w+)\s*;/i;
const longest = 4096;

const partsOf = ({ text }: Predicate): readonly string[] =>
  withoutSqlComments(text)
    .split(/\band\b/i)
    .map((part) => part.trim());
