/** Rows of INSERT … SELECT that the table may refuse: NULL for a NOT NULL column, the same values in a unique key. */
import type { ColumnReference } from "../../../model/expression.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { OperationOf } from "../../../model/operation.ts";
import { normalise } from "../../../schema/expression-text.ts";
import type { Column, Index, Relation } from "../../../schema/model.ts";
import { has } from "../../../schema/persistent.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";
import { statementTokens, type ScriptToken } from "../tokens.ts";
import { checkedKey } from "./apart.ts";
import { isKeyLike } from "./unique-keys.ts";
import { bare, copied, copyInto, hasRows, holderOf, isAboutNull, type Holder } from "./copied-columns.ts";
import { fillsAfter, isFilled, type Fills } from "./fills.ts";
import { takesNull } from "./incomplete-rows.ts";
import { isCounted, isUniqueWithin, isUnread, wasUnique } from "./new-unique.ts";
import { holdsNoNull } from "./old-rows.ts";
import { holdsNone } from "./still-empty.ts";

export interface NullCopy {
  /** The NOT NULL column. */
  readonly column: string;
  /** Where its values come from, and where that is named. */
  readonly source: { readonly table: QualifiedName; readonly column: string };
  readonly at: Span;
  /** `value`: the column may be NULL; `partner`: a LEFT JOIN may find no row of its table. */
  readonly how: "value" | "partner";
}

/** See `ValueQuestions.nullCopy`. */
export function nullCopy(step: Step, fills: Fills): NullCopy | undefined {
  const { operation } = step;
  const into = operation.kind === "insertRows" ? copyInto(step, operation) : undefined;
  if (operation.kind !== "insertRows" || into === undefined) return undefined;
  // A trigger may fill a column.
  if (into.triggers.length > 0 || !leavesOutNone(operation)) return undefined;
  const { columns } = operation.query;
  for (const [name, value] of copied(step, operation, into)) {
    const target = into.columns.find((one) => one.name === name);
    if (target?.notNull !== "yes" || target.generated !== undefined || takesNull(target)) continue;
    const reference = bare(value, columns);
    const holder = reference && holderOf(step, reference);
    if (reference === undefined || holder === undefined || !isOld(step, holder.table)) continue;
    const how = mayBeAlone(step, operation, holder)
      ? "partner"
      : !isCompared(columns, reference, holder.column) && mayBeNull(step, holder, fills)
        ? "value"
        : undefined;
    if (how === undefined) continue;
    const at = { start: value[0]?.start ?? 0, end: value.at(-1)?.end ?? 0 };
    return { column: name, source: { table: holder.name, column: holder.column.name }, at, how };
  }
  return undefined;
}

/** Of a new table, the author knows the rows. */
const isOld = (step: Step, table: Relation): boolean =>
  !table.temporary && !step.madeHere(table.key) && hasRows(step, table);

/** A condition on the values of other columns may leave out the rows that would be refused; one about NULL or keys doesn't. */
const leavesOutNone = ({ where }: OperationOf<"insertRows">): boolean =>
  where === undefined ||
  where.trivial ||
  isAboutNull(where.text) ||
  ([where.equalities, where.ranges, where.limited].every(({ length }) => length === 0) &&
    where.columns.every(({ column }) => isKeyLike(column)));

/** Something else in the statement names the column: a join that compares it, or a condition, leaves NULL out. */
const isCompared = (
  columns: readonly ColumnReference[],
  { span }: ColumnReference,
  { name }: Column,
): boolean => columns.some((one) => one.column === name && one.span.start !== span.start);

function mayBeNull(step: Step, { table, column, name }: Holder, fills: Fills): boolean {
  const { type, notNull, generated, serial, identity } = column;
  if (type === undefined || notNull !== "no" || generated !== undefined) return false;
  if (serial || identity !== undefined || column.mysql?.autoIncrement === true) return false;
  return (
    !holdsNoNull(step, name, column.name) &&
    !isFilled(fillsAfter(fills, step.earlier()), table.key, column.name)
  );
}

/** It stands behind a LEFT JOIN, nothing else asks for its rows, and no key holds that there is one. */
function mayBeAlone(step: Step, { query, where }: OperationOf<"insertRows">, { table }: Holder): boolean {
  const { before } = step;
  const isIts = (name: QualifiedName | undefined): boolean =>
    name !== undefined && before.resolve(name) === table.key;
  const [its, ...more] = query.relations.filter(isIts);
  if (its === undefined || more.length > 0 || where?.columns.some((one) => isIts(one.table)) === true)
    return false;
  const tokens = statementTokens(step);
  const at = tokens.findIndex(({ start }) => start === its.span.start);
  const isWord = (token: ScriptToken | undefined, word: string): boolean =>
    token?.kind === "word" && token.value === word;
  if (!isWord(tokens[at - 1], "join")) return false;
  if (!isWord(tokens[isWord(tokens[at - 2], "outer") ? at - 3 : at - 2], "left")) return false;
  return !query.relations.some((name) => {
    const found = before.relation(name);
    if (found.is !== "present") return !isIts(name);
    const { constraints, columns } = found.value;
    return constraints.some(
      (key) =>
        key.kind === "foreign key" &&
        key.references === table.key &&
        key.columns.every((own) => columns.some((one) => one.name === own && one.notNull === "yes")),
    );
  });
}

export interface AlikeCopy {
  /** The unique key of the table. */
  readonly index: Index;
  readonly source: QualifiedName;
  /** Columns of the source. */
  readonly columns: readonly string[];
}

/** See `ValueQuestions.alikeCopy`. */
export function alikeCopy(step: Step, fills: Fills): AlikeCopy | undefined {
  const { operation, before } = step;
  const into = operation.kind === "insertRows" ? copyInto(step, operation) : undefined;
  if (operation.kind !== "insertRows" || into === undefined) return undefined;
  const { query, where, onConflict } = operation;
  const [name, ...others] = query.relations;
  if (name === undefined || others.length > 0 || onConflict !== undefined || into.triggers.length > 0)
    return undefined;
  if (query.limited || query.grouped === true || query.oneRow === true) return undefined;
  if (where !== undefined && !where.trivial && !isAboutNull(where.text)) return undefined;
  const found = before.relation(name);
  if (found.is !== "present" || found.value.kind !== "table" || !found.value.complete) return undefined;
  const source = found.value;
  if (!isOld(step, source)) return undefined;
  const row = new Map(copied(step, operation, into));
  for (const index of before.indexesOn(operation.table)) {
    if (!index.unique || !index.valid || index.where !== undefined) continue;
    const values = index.elements.map(({ column, length }) =>
      column === undefined || length !== undefined ? undefined : row.get(column),
    );
    const read = values.map((value) => value && bare(value, query.columns)?.column);
    // A literal is the same in all rows; what is computed may differ.
    if (read.some((column, i) => column === undefined && !isLiteral(values[i] ?? []))) continue;
    const columns = read.flatMap((column) => column ?? []);
    if (columns.length > 0 && mayBeAlike(step, name, source, columns, fills, where?.text))
      return { index, source: name, columns };
  }
  return undefined;
}

const isLiteral = ([first, ...more]: readonly ScriptToken[]): boolean =>
  more.length === 0 && (first?.kind === "string" || first?.kind === "number");

function mayBeAlike(
  step: Step,
  name: QualifiedName,
  { key, columns: all }: Relation,
  columns: readonly string[],
  fills: Fills,
  where?: string,
): boolean {
  const soFar = fillsAfter(fills, step.earlier());
  if (isUnread(step, soFar) || has(soFar.apart, checkedKey(key, columns)) || has(soFar.apart, `${key}.*`))
    return false;
  const condition = where && normalise(where);
  const isUnique = step.before.indexesOn(name).some(
    (index) =>
      isUniqueWithin(index, columns, condition) ||
      // Values that differ in `lower(email)` differ in `email`.
      (index.unique &&
        index.where === undefined &&
        index.elements.every(({ column, expression }) =>
          (expression?.columns.map((one) => one.column) ?? [column ?? ""]).every((one) =>
            columns.includes(one),
          ),
        )),
  );
  if (isUnique || wasUnique(step, name, soFar, columns, condition)) return false;
  return columns.every((one) => {
    const column = all.find((own) => own.name === one);
    if (column === undefined || /^(?:id|uuid|guid)$/i.test(one)) return false;
    if (has(soFar.apart, `${key}.${one}`) || isCounted(column, step)) return false;
    return !holdsNone(column, step, key, soFar);
  });
}
