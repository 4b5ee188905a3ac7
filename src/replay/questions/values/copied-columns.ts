/** Columns of other tables, or others of the same, that INSERT … SELECT and UPDATE copy as they are. */
import type { ColumnReference } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import type { Column, Relation } from "../../../schema/model.ts";
import { normalise } from "../../../schema/expression-text.ts";
import { loosens } from "../mysql/modes.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { namesOf, selected, type WrittenRow } from "./written-rows.ts";

/** `code`, `w.code`: the column that stands there and nothing else. */
export function bare(
  value: readonly ScriptToken[],
  columns: readonly ColumnReference[],
): ColumnReference | undefined {
  const isName = value.every(({ kind, value: mark }, i) =>
    i % 2 === 1 ? mark === "." : kind === "word" || kind === "quoted",
  );
  const [first, last] = [value[0], value.at(-1)];
  if (!isName || first === undefined || last === undefined || value.length % 2 === 0) return undefined;
  return columns.find(
    ({ span, column }) => column === last.value && span.start <= last.start && last.end <= span.end,
  );
}

export interface Holder {
  /** As written. */
  readonly name: QualifiedName;
  readonly table: Relation;
  readonly column: Column;
}

/** The one table that has the column. */
export function holderOf(
  { before }: Pick<Step, "before">,
  { table, candidates = [], column }: ColumnReference,
): Holder | undefined {
  const holders = (table === undefined ? candidates : [table]).flatMap((name) => {
    const found = before.relation(name);
    const own = found.is === "present" ? found.value.columns.find((one) => one.name === column) : undefined;
    if (found.is === "present" && own !== undefined) return [{ name, table: found.value, column: own }];
    return before.column(name, column).is === "absent" ? [] : [undefined];
  });
  const [one, ...more] = holders;
  return more.length > 0 || one?.table.kind !== "table" ? undefined : one;
}

/** A statement that surely writes rows into the table, by text that can be read; undefined: it doesn't, or can't. */
export function copyInto(
  step: Step,
  { table, called, unnamed, composed, caught, span }: OperationOf<"insertRows" | "updateRows">,
): Relation | undefined {
  const { before, setting, script, inBody } = step;
  if (called === true || unnamed === true || composed === true) return undefined;
  if (caught === true || loosens(setting("sql_mode"))) return undefined;
  const found = before.relation(table);
  if (found.is !== "present" || found.value.kind !== "table") return undefined;
  if (statementTokens(step)[1]?.value === "ignore") return undefined;
  // A text within a text has its quotes twice.
  return inBody && script.text.slice(span.start, span.end).includes("''") ? undefined : found.value;
}

/** What an INSERT … SELECT gives to which column; empty where that isn't known. */
export function copied(
  step: Step,
  { columns, source, onConflict }: OperationOf<"insertRows">,
  table: Relation,
): WrittenRow {
  if (source !== "query" || onConflict === "replace" || (columns.length === 0 && !table.complete)) return [];
  return selected(statementTokens(step), namesOf(columns, table));
}

/** Nothing but `IS NULL` and `IS NOT NULL`. */
export const isAboutNull = (where: string): boolean =>
  /^\s*(?:[\w."`]+\s+is\s+(?:not\s+)?null\s*(?:and\b|or\b|$)\s*)+$/i.test(normalise(where));

/** A table that may have more than a few rows. */
export const hasRows = ({ rows }: Step, { key }: Relation): boolean =>
  /^(?:unknown|many|some|young)$/.test(rows(key).are);
