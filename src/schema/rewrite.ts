/** What follows a rename: names inside expressions and queries. */
import type { ColumnReference, Expression, QueryFacts } from "../model/expression.ts";
import { keyOf, quoteIdentifier, type Key, type QualifiedName } from "../model/names.ts";
import type { Constraint, Index } from "./model.ts";
import { resolveRelation, type State } from "./state.ts";

/** Replaces an identifier; text in single quotes stays. `spelled`: the new one as its database writes it. */
export function replaceIdentifier(
  text: string,
  from: string,
  to: string,
  spelled: string = quoteIdentifier(to),
): string {
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\p{L}_][\p{L}\p{N}_$]*/gu, (token) => {
    if (token.startsWith("'")) return token;
    const name = token.startsWith('"')
      ? token.slice(1, -1).replaceAll('""', '"')
      : token.replace(/^`([^]*)`$/, "$1").replaceAll("``", "`").toLowerCase();
    return name === from ? spelled : token;
  });
}

const swap = (name: string, from: string, to: string): string => (name === from ? to : name);

export const renameAll = (names: readonly string[], from: string, to: string): readonly string[] =>
  names.includes(from) ? names.map((name) => swap(name, from, to)) : names;

/** An expression of the table itself after one of its columns was renamed. */
export function renameInExpression<E extends Expression | undefined>(
  expression: E,
  from: string,
  to: string,
  spelled?: string,
): E {
  if (expression?.columns.some((c) => c.column === from) !== true) return expression;
  return {
    ...expression,
    text: replaceIdentifier(expression.text, from, to, spelled),
    columns: expression.columns.map((c) => ({ ...c, column: swap(c.column, from, to) })),
    provesNotNull: renameAll(expression.provesNotNull, from, to),
    bareColumn: expression.bareColumn === undefined ? undefined : swap(expression.bareColumn, from, to),
    castOf:
      expression.castOf === undefined
        ? undefined
        : { ...expression.castOf, column: swap(expression.castOf.column, from, to) },
  };
}

export function renameInConstraint(
  constraint: Constraint,
  from: string,
  to: string,
  spelled?: string,
): Constraint {
  switch (constraint.kind) {
    case "check":
      return { ...constraint, expression: renameInExpression(constraint.expression, from, to, spelled) };
    case "not null":
      return { ...constraint, column: swap(constraint.column, from, to) };
    default:
      return { ...constraint, columns: renameAll(constraint.columns, from, to) };
  }
}

export const renameInIndex = (
  index: Index,
  from: string,
  to: string,
  { spelled, written }: { readonly spelled: string; readonly written?: string | undefined },
): Index => ({
  ...index,
  elements: index.elements.map((e) => ({
    ...e,
    written: e.column === from ? written : e.written,
    column: e.column === undefined ? undefined : swap(e.column, from, to),
    expression: renameInExpression(e.expression, from, to, spelled),
  })),
  include: renameAll(index.include, from, to),
  where: renameInExpression(index.where, from, to, spelled),
});

/** A query with every relation's schema filled in. */
export function qualifyQuery(state: State, query: QueryFacts): QueryFacts {
  const full = (name: QualifiedName): QualifiedName => qualify(state, name);
  return {
    ...query,
    relations: query.relations.map(full),
    columns: query.columns.map((reference) => qualifyReference(state, reference)),
    stars: query.stars.map(full),
  };
}

function qualify(state: State, name: QualifiedName): QualifiedName {
  if (name.schema !== undefined) return name;
  const key = resolveRelation(state, name);
  return { ...name, schema: key.slice(0, key.indexOf(".")) };
}

const qualifyReference = (state: State, reference: ColumnReference): ColumnReference => ({
  ...reference,
  table: reference.table === undefined ? undefined : qualify(state, reference.table),
  candidates: reference.candidates?.map((name) => qualify(state, name)),
});

/** An expression that may read other tables (a policy's sub-select), with their schemas filled in. */
export function qualifyExpression<E extends Expression | undefined>(state: State, expression: E): E {
  if (expression === undefined || expression.columns.length === 0) return expression;
  return { ...expression, columns: expression.columns.map((c) => qualifyReference(state, c)) };
}

const isKey = (name: QualifiedName | undefined, key: Key): boolean =>
  name?.schema !== undefined && keyOf(name.schema, name.name) === key;

function moveReference(reference: ColumnReference, from: Key, move: (name: QualifiedName) => QualifiedName) {
  if (!isKey(reference.table, from) && reference.candidates?.some((name) => isKey(name, from)) !== true)
    return reference;
  return {
    ...reference,
    table: reference.table === undefined ? undefined : move(reference.table),
    candidates: reference.candidates?.map(move),
  };
}

/** A qualified query after a relation moved. */
export function moveInQuery(query: QueryFacts, from: Key, schema: string, name: string): QueryFacts {
  const move = (old: QualifiedName): QualifiedName =>
    isKey(old, from) ? { ...old, schema, name, text: quoteIdentifier(name) } : old;
  return {
    ...query,
    relations: query.relations.map(move),
    columns: query.columns.map((reference) => moveReference(reference, from, move)),
    stars: query.stars.map(move),
  };
}

export function moveInExpression<E extends Expression | undefined>(
  expression: E,
  from: Key,
  schema: string,
  name: string,
): E {
  if (expression === undefined) return expression;
  const move = (old: QualifiedName): QualifiedName =>
    isKey(old, from) ? { ...old, schema, name, text: quoteIdentifier(name) } : old;
  const columns = expression.columns.map((reference) => moveReference(reference, from, move));
  return columns.every((c, i) => c === expression.columns[i]) ? expression : { ...expression, columns };
}

const renameReference = (reference: ColumnReference, table: Key, from: string, to: string): ColumnReference =>
  reference.column === from &&
  (isKey(reference.table, table) || reference.candidates?.some((name) => isKey(name, table)) === true)
    ? { ...reference, column: to }
    : reference;

/** A qualified query after a column of a relation was renamed. */
export const renameInQuery = (query: QueryFacts, table: Key, from: string, to: string): QueryFacts => ({
  ...query,
  columns: query.columns.map((reference) => renameReference(reference, table, from, to)),
});

/** A qualified expression of another table (a policy's sub-select) after a column of `table` was renamed. */
export const renameElsewhere = (
  expression: Expression | undefined,
  table: Key,
  from: string,
  to: string,
): Expression | undefined =>
  expression && {
    ...expression,
    columns: expression.columns.map((reference) => renameReference(reference, table, from, to)),
  };
