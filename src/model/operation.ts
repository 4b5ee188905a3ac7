/**
 * What a statement does, free of any parser and, as far as can be, of any dialect: plain JSON data.
 *
 * `ALTER TABLE t a, b` gives two operations; an inline constraint is an operation of its own. New kinds must be
 * known to `src/schema/apply` and `src/effects`, or they don't compile.
 */
import type { ConstraintOperation } from "./operations/constraint.ts";
import type { DataOperation } from "./operations/data.ts";
import type { DocumentOperation } from "./operations/documents.ts";
import type { ObjectOperation } from "./operations/object.ts";
import type { SessionOperation } from "./operations/session.ts";
import type { TableOperation } from "./operations/table.ts";

export type * from "./operations/base.ts";
export type * from "./operations/constraint.ts";
export type * from "./operations/data.ts";
export type * from "./operations/documents.ts";
export type * from "./operations/indexes.ts";
export type * from "./operations/object.ts";
export type * from "./operations/session.ts";
export type * from "./operations/table.ts";

export type Operation =
  | TableOperation
  | ConstraintOperation
  | ObjectOperation
  | DataOperation
  | SessionOperation
  | DocumentOperation;

export type OperationKind = Operation["kind"];
/** By look-up rather than `Extract`, so that a `Step` of one kind is a `Step`. */
type OperationByKind = { readonly [O in Operation as O["kind"]]: O };
export type OperationOf<K extends OperationKind> = OperationByKind[K];
