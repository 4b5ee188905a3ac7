/** `UPDATE codes c SET … FROM (VALUES ('a', 1), …) v (code, rank) WHERE c.code = v.code`: a row for each that is written out. */
import type { Step } from "../../step.ts";

export function joinsWrittenKeys({ operation, before, script, statement }: Step): boolean {
  if (operation.kind !== "updateRows" || operation.repeated === true) return false;
  const { where, table, query } = operation;
  if (where === undefined || query.relations.length > 0 || /\bor\b/i.test(where.text)) return false;
  if (query.functions.some(({ name }) => givesRows.test(name))) return false;
  if (!/\bvalues\s*\(/i.test(script.text.slice(statement.span.start, statement.span.end))) return false;
  const own = before.resolve(table);
  const compared = new Set(where.text.split(/\band\b/i).flatMap((part) => equal.exec(part)?.slice(1) ?? []));
  const joined = new Set(
    where.columns.flatMap(({ table: of, column }) =>
      of !== undefined && before.resolve(of) === own && compared.has(column) ? [column] : [],
    ),
  );
  return before
    .indexesOn(own)
    .some(
      ({ unique, where: part, elements }) =>
        unique &&
        part === undefined &&
        elements.every(({ column }) => column !== undefined && joined.has(column)),
    );
}

const name = '(?:"?\\w+"?\\.)*"?(\\w+)"?(?:::[\\w ]+)?';
const equal = new RegExp(`^[\\s(]*${name}\\s*=\\s*${name}[\\s)]*$`);
const givesRows = /^(?:generate_series|unnest|jsonb?_|regexp_|string_to_)/;
