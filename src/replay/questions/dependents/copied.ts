/** Columns whose values a migration keeps elsewhere before it drops them. */
import type { Predicate, QueryFacts } from "../../../model/expression.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Span } from "../../../text/span.ts";
import type { Step } from "../../step.ts";

/** See `DependentQuestions.copiedBefore`. */
export function copiedBefore(step: Step): Step | undefined {
  const { operation, before } = step;
  if (operation.kind !== "dropColumn") return undefined;
  const table = before.resolve(operation.table);
  const column = operation.column.text;
  return step.earlier().findLast(({ operation: other, before: schema, skipped, refused }) => {
    const copy = skipped || refused ? undefined : copyOf(other);
    return copy?.query.columns.some((one) => {
      if (one.column !== column || isWithin(one.span, copy.where?.span)) return false;
      const tables = one.table === undefined ? (one.candidates ?? copy.query.relations) : [one.table];
      return tables.some((name) => schema.resolve(name) === table);
    });
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
