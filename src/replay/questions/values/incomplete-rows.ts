/** Rows of INSERT that the server refuses as they are written: too few or too many values, and NULL in a NOT NULL column. */
import type { InsertRows } from "../../../model/operation.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { copied, copyInto } from "./copied-columns.ts";
import { loosens } from "../mysql/modes.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { valueRows } from "./written-rows.ts";

export type IncompleteRow =
  | { readonly how: "count"; readonly values: number; readonly columns: number; readonly at: Span }
  | {
      readonly how: "null" | "missing";
      readonly column: string;
      readonly at?: Span | undefined;
      /** Of INSERT … SELECT: it fails if that finds a row. */
      readonly ofQuery?: true | undefined;
    };

const mostRows = 100;

/** A tool puts values in its place. */
const placeholder = /[$?@{}:%]/;

/** See `ValueQuestions.incompleteRow`. Of SQL that a tool writes for a call, the tool knows more columns and values. */
export function incompleteRow(step: Step): IncompleteRow | undefined {
  const { operation, before, script, inBody, setting } = step;
  if (operation.kind === "insertRows" && operation.source === "query")
    return incompleteQuery(step, operation);
  if (operation.kind !== "insertRows" || operation.source !== "values" || script.code !== undefined)
    return undefined;
  if (operation.conditional === true || operation.called === true || operation.unnamed === true || inBody)
    return undefined;
  const table = before.relation(operation.table);
  // INSERT IGNORE, and MySQL where its mode isn't strict, write another value.
  if (table.is !== "present" || table.value.kind !== "table") return undefined;
  if (!table.value.complete || loosens(setting("sql_mode"))) return undefined;
  const tokens = statementTokens(step);
  if (tokens[1]?.value === "ignore") return undefined;
  const names =
    operation.columns.length > 0
      ? operation.columns.map(({ text }) => text)
      : table.value.columns.map(({ name }) => name);
  const mayBeFilled = table.value.triggers.length > 0;
  for (const row of valueRows(tokens, mostRows)) {
    const [first] = row[0] ?? [];
    const last = row.at(-1)?.at(-1);
    if (first === undefined || last === undefined) return undefined;
    if (row.flat().some(({ kind, value }) => kind !== "string" && placeholder.test(value) && value !== "::"))
      return undefined;
    const at = { start: first.start, end: last.end };
    // Without a list, PostgreSQL takes fewer values, and MySQL none for invisible columns.
    const isListed = operation.columns.length > 0;
    if (row.length > names.length || (isListed && row.length < names.length))
      return { how: "count", values: row.length, columns: names.length, at };
    const found = mayBeFilled ? undefined : nullIn(row, names, table.value);
    if (found !== undefined) return found;
  }
  const missing = mayBeFilled ? undefined : missingColumn(operation, names, table.value, step);
  return missing === undefined ? undefined : { how: "missing", column: missing.name };
}

function incompleteQuery(step: Step, operation: InsertRows): IncompleteRow | undefined {
  const table = operation.conditional === true || step.inBody ? undefined : copyInto(step, operation);
  if (table?.complete !== true || table.triggers.length > 0) return undefined;
  const row = copied(step, operation, table);
  const names = operation.columns.map(({ text }) => text);
  const found =
    nullIn(
      row.map(([, value]) => value),
      row.map(([name]) => name),
      table,
    ) ?? missingColumn(operation, names, table, step);
  if (found === undefined) return undefined;
  return "name" in found
    ? { how: "missing", column: found.name, ofQuery: true }
    : found.how === "null"
      ? { ...found, ofQuery: true }
      : undefined;
}

function nullIn(
  row: readonly (readonly ScriptToken[])[],
  names: readonly string[],
  { columns }: Relation,
): IncompleteRow | undefined {
  for (const [i, [token, ...more]] of row.entries()) {
    if (token?.kind !== "word" || token.value !== "null" || more.length > 0) continue;
    const column = columns.find(({ name }) => name === names[i]);
    if (column?.notNull === "yes" && !takesNull(column))
      return { how: "null", column: column.name, at: { start: token.start, end: token.end } };
  }
  return undefined;
}

/** MySQL counts it up, or sets the time. */
export const takesNull = ({ mysql, type }: Column): boolean =>
  mysql !== undefined && (mysql.autoIncrement === true || type?.name === "timestamp");

/** A column without a value, which needs one. */
function missingColumn(
  { columns: written }: InsertRows,
  names: readonly string[],
  { columns }: Relation,
  { before }: Step,
): Column | undefined {
  if (written.length === 0) return undefined;
  return columns.find((column) => {
    const { name, type, notNull, hasDefault, serial, identity, generated } = column;
    if (notNull !== "yes" || hasDefault !== "no" || names.includes(name) || takesNull(column)) return false;
    if (serial || identity !== undefined || generated !== undefined || type === undefined) return false;
    // A domain may have a default, and MySQL's ENUM takes its first value.
    return type.name !== "enum" && before.belowDomains(type).type.name === type.name;
  });
}
