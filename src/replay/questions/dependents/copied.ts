/** Columns whose values a migration keeps elsewhere before it drops them. */
import type { Predicate, QueryFacts } from "../../../model/expression.ts";
import type { Operation } from "../../../model/operation.ts";
import { emptyMap, get, set, type PersistentMap } from "../../../schema/persistent.ts";
import type { Span } from "../../../text/span.ts";
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
  return get(copiesAfter(copies, step.earlier()), column);
}

/** See `DependentQuestions.rowsCopied`. */
export const rowsCopied = ({ operation, before, neighbours }: Step): boolean =>
  operation.kind === "dropTable" &&
  neighbours("earlier", "insertRows").some(
    ({ operation: other, before: then }) =>
      other.source === "query" &&
      other.where === undefined &&
      other.query.relations.length === 1 &&
      other.query.relations.some((name) => then.resolve(name) === before.resolve(operation.table)),
  );

function copiedBy({ operation, before, skipped, refused }: Step): readonly string[] {
  const copy = skipped || refused ? undefined : copyOf(operation);
  if (copy === undefined) return [];
  return copy.query.columns.flatMap(({ column, table, candidates = copy.query.relations, span }) => {
    if (isWithin(span, copy.where?.span)) return [];
    const tables = table === undefined ? candidates : [table];
    return tables.map((name) => `${before.resolve(name)}.${column}`);
  });
}

interface Copy {
  readonly query: QueryFacts;
  readonly where?: Predicate | undefined;
}

/** An UPDATE that only compares or overwrites the column keeps nothing. */
function copyOf(operation: Operation): Copy | undefined {
  switch (operation.kind) {
    case "insertRows":
      return operation.source === "query" ? operation : undefined;
    case "updateRows":
      return operation;
    case "createTable":
      return operation.query === undefined || operation.temporary ? undefined : { query: operation.query };
    default:
      return undefined;
  }
}

const isWithin = ({ start, end }: Span, outer: Span | undefined): boolean =>
  outer !== undefined && start >= outer.start && end <= outer.end;
