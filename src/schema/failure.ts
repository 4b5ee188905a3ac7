/**
 * Why an operation is certain to fail on a schema: it needs what is surely absent, or makes what is surely there.
 * Three-valued: what isn't known gives nothing. IF [NOT] EXISTS is honoured.
 */
import type { Operation } from "../model/operation.ts";
import { Collector, twinOf, type Failure } from "./failure/collector.ts";
import { columnFailures, readByIndex } from "./failure/column.ts";
import { columnDiffers } from "./failure/column-difference.ts";
import { dataFailures } from "./failure/data.ts";
import { indexDiffers } from "./failure/index-difference.ts";
import { objectFailures } from "./failure/object.ts";
import { renamedAlready } from "./failure/renamed-already.ts";
import { tableDiffers } from "./failure/table-difference.ts";
import { tableFailures } from "./failure/table.ts";
import type { Schema } from "./schema.ts";
import { skipped } from "./skip.ts";

export { twinOf };
export type { Failure };

/** Its kind and the object, for effects: `unknown table orders`. */
export const failureText = ({ kind, name }: Failure): string => `${kind.replace("-", " ")} ${name}`;

/** The table may be there all the same: no other one is meant. */
export const mayBeElsewhere = ({ kind, twin }: Failure): boolean =>
  kind === "unknown-table" && twin === undefined;

/** Nor has anything before dropped it: something else may have made it. */
export const isNeverMade = (failure: Failure): boolean =>
  mayBeElsewhere(failure) && failure.dropped === undefined;

const none: readonly Failure[] = [];

/** All of them, in the order of their places; empty if nothing is certain. Of a conditional operation: nothing. */
export function failure(schema: Schema, op: Operation): readonly Failure[] {
  if (op.conditional === true) return none;
  const found = new Collector(schema);
  // What is skipped can still differ from what is there.
  if (skipped(schema, op)) {
    if (schema.dialect.schema.readsWhatIsSkipped) readAllTheSame(found, op);
    if (found.list.length > 0) return found.list;
    if (op.kind === "createTable") tableDiffers(found, op);
    else if (op.kind === "createIndex") indexDiffers(found, op);
    else if (op.kind === "addColumn") columnDiffers(found, op);
    return found.list;
  }
  if (!schema.dialect.schema.failures(found, op)) {
    tableFailures(found, op);
    columnFailures(found, op);
    objectFailures(found, op);
    dataFailures(found, op);
  }
  return renamedAlready(schema, op, found.list);
}

/** What a statement whose IF NOT EXISTS finds the name reads before. What code asks for itself isn't sent. */
function readAllTheSame(found: Collector, op: Operation): void {
  if (!("ifNotExists" in op) || op.ifNotExists !== true || op.asked === true || op.notAsked === true) return;
  if (op.kind === "createIndex") {
    if (found.relation(op.table)) readByIndex(found, op);
  } else if (op.kind === "createTable" || op.kind === "createView") found.query(op.query);
}

/** See `Failure.kind`: the statement succeeds. */
export const isDifference = ({ kind }: Failure): boolean => kind === "differs";

/** Although IF NOT EXISTS finds the name. */
export const failsAllTheSame = (schema: Schema, op: Operation, failures: readonly Failure[]): boolean =>
  skipped(schema, op) && failures.some((one) => !isDifference(one));
