/** Columns whose values a migration keeps elsewhere before it drops them. */
import type { ColumnReference, QueryFacts } from "../../../model/expression.ts";
import type { Key, QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Lookup, Relation } from "../../../schema/model.ts";
import { emptyMap, get, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Span } from "../../../text/span.ts";
import { dataKind } from "../../../sql/front-end.ts";
import type { Step } from "../../step.ts";

/** Where a statement stands. */
export interface Place {
  readonly path: string;
  readonly span: Span;
}

/** `public.orders.code` → the last statement that has copied the column's values. */
export type Copies = PersistentMap<Place>;

export const noCopies: Copies = emptyMap();

/** With what the steps copy. */
export function copiesAfter(copies: Copies, steps: readonly Step[]): Copies {
  let all = copies;
  for (const step of steps) {
    const place = { path: step.script.path, span: step.operation.head };
    for (const column of copiedBy(step)) all = set(all, column, place);
  }
  return all;
}

/** See `DependentQuestions.copiedBefore`. */
export function copiedBefore(step: Step, copies: Copies): Place | undefined {
  const { operation, before } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const column = `${before.resolve(operation.table)}.${operation.column.text}`;
  return get(copiesAfter(copies, step.earlier()), column) ?? readByCode(step, operation.column.text);
}

/** Code of the migration that changes rows reads the column's attribute before: `row.code`. */
function readByCode({ script, earlier }: Step, column: string): Place | undefined {
  if (script.code === undefined) return undefined;
  const data = earlier().findLast(
    ({ statement, operation }) =>
      statement.kind === dataKind || /^(?:insert|update)Rows$/.test(operation.kind),
  );
  if (data === undefined) return undefined;
  const names = [column, column.replace(/_id$/, "")].map((name) => name.replaceAll(/\W/g, "."));
  const isRead = new RegExp(`\\w\\.(?:${names.join("|")})\\b(?!\\s*=[^=])`).test(
    withoutComments(script.code.source),
  );
  return isRead ? { path: data.script.path, span: data.operation.head } : undefined;
}

/** A comment or docstring that names `orders.code` reads nothing. */
const withoutComments = (source: string): string =>
  withoutPassages(
    withoutPassages(source, /\/\*/g, () => "*/").replaceAll(/(?:^|(?<=[\s;,{}()]))(?:#|\/\/).*$/gm, ""),
    /(?:^|:[ \t]*\r?\n)\s*[rRuU]?("""|''')/g,
    (opening) => opening.slice(-3),
  );

/** Each passage is looked through once, however many begin and never end. */
function withoutPassages(source: string, begin: RegExp, endOf: (opening: string) => string): string {
  const kept: string[] = [];
  let at = 0;
  for (const { 0: opening, index } of source.matchAll(begin)) {
    if (index < at) continue;
    const end = endOf(opening);
    const closed = source.indexOf(end, index + opening.length);
    if (closed < 0) break;
    kept.push(source.slice(at, index), "\n");
    at = closed + end.length;
  }
  return kept.join("") + source.slice(at);
}

/** See `DependentQuestions.rowsCopied`. */
export function rowsCopied(step: Step, earlier: Copies): "all" | "some" | undefined {
  const { operation, before, neighbours } = step;
  if (operation.kind !== "dropTable") return undefined;
  const key = before.resolve(operation.table);
  const copies = neighbours("earlier", "insertRows", "updateRows", "createTable")
    .filter(({ operation: other, before: then }) => {
      const isOwn = other.kind === "updateRows" && then.resolve(other.table) === key;
      const isLost = other.kind === "createTable" && other.temporary;
      return !isOwn && !isLost && other.query?.relations.some((name) => then.resolve(name) === key) === true;
    })
    .map((one) => one.operation);
  const isWhole = copies.some(
    (one) =>
      one.kind === "insertRows" &&
      one.source === "query" &&
      one.where === undefined &&
      one.query.relations.length === 1,
  );
  if (isWhole) return "all";
  return copies.length > 0 || areColumnsCopied(before.relation(key), earlier) ? "some" : undefined;
}

/**
 * By earlier migrations: since then there may be more rows. Elsewhere, a row has a number of its own, and what a default
 * gives it.
 */
function areColumnsCopied(found: Lookup<Relation>, copies: Copies): boolean {
  if (found.is !== "present" || !found.value.complete) return false;
  const { key, columns, constraints } = found.value;
  const ofKey = constraints.flatMap((one) => (one.kind === "primary key" ? one.columns : []));
  const isCopied = ({ name }: { readonly name: string }): boolean =>
    get(copies, `${key}.${name}`) !== undefined;
  const isMade = ({ name, hasDefault, identity, serial }: (typeof columns)[number]): boolean =>
    ofKey.includes(name) || serial || identity !== undefined || hasDefault === "yes";
  return columns.some(isCopied) && columns.every((one) => isCopied(one) || isMade(one));
}

/** See `DependentQuestions.isMovedOut`. */
export function isMovedOut(step: Step): boolean {
  const { operation, before } = step;
  const found = operation.kind === "dropTable" ? before.relation(operation.table) : undefined;
  if (found?.is !== "present" || !step.isHere(found.value.renamedFrom.at(-1)?.origin)) return false;
  const { key } = found.value;
  return step
    .neighbours("earlier", "insertRows")
    .some(({ operation: other, before: then }) =>
      other.query.relations.some((name) => then.resolve(name) === key),
    );
}

/** See `DependentQuestions.isCopyOf`. A table that a program uses gets a key, an index or a trigger, or another name. */
export function isCopyOf({ operation, before }: Step): Key | undefined {
  if (operation.kind !== "dropTable") return undefined;
  const found = before.relation(operation.table);
  if (found.is !== "present" || found.value.copyOf === undefined) return undefined;
  const { key, copyOf, constraints, triggers, renamedFrom } = found.value;
  const isPlain =
    constraints.length + triggers.length + renamedFrom.length + before.indexesOn(key).length === 0;
  return isPlain && before.relation(copyOf).is === "present" ? copyOf : undefined;
}

function copiedBy({ operation, before, skipped, refused }: Step): readonly string[] {
  const query = skipped || refused ? undefined : copyOf(operation);
  if (query === undefined) return [];
  const nameOf = (name: QualifiedName): Key => before.resolve(name);
  const target = operation.kind === "updateRows" ? nameOf(operation.table) : undefined;
  const where = operation.kind === "updateRows" ? operation.where?.span : undefined;
  // By a column of its own row, a sub-select in SET finds what the value stands for.
  const isValue = ({ role, table, span }: ColumnReference): boolean =>
    (role !== "filter" || (table !== undefined && nameOf(table) === target)) && !isWithin(span, where);
  // `SET parent_id = parents.uuid FROM parents WHERE parents.id = old_id` writes what the old value stands for.
  const converts =
    target !== undefined &&
    query.columns.some((one) => isValue(one) && one.table !== undefined && nameOf(one.table) !== target);
  return query.columns
    .filter((one) => isValue(one) || (converts && one.role === "join"))
    .flatMap(({ column, table, candidates = query.relations }) =>
      (table === undefined ? candidates : [table]).map((name) => `${nameOf(name)}.${column}`),
    );
}

/** An UPDATE that only compares or overwrites the column keeps nothing. */
function copyOf(operation: Operation): QueryFacts | undefined {
  switch (operation.kind) {
    case "insertRows":
      return operation.source === "query" ? operation.query : undefined;
    case "updateRows":
      return operation.query;
    case "createTable":
      return operation.temporary ? undefined : operation.query;
    default:
      return undefined;
  }
}

const isWithin = ({ start, end }: Span, outer: Span | undefined): boolean =>
  outer !== undefined && start >= outer.start && end <= outer.end;
