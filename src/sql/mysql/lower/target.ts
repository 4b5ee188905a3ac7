/** What the parts of a statement on one table share. */
import type { Operation, Within } from "../../../model/operation.ts";
import type { QualifiedName } from "../../../model/names.ts";
import type { Span } from "../../../text/span.ts";
import type { Cursor } from "../cursor.ts";
import { scopeOf, type Scope } from "./gathered.ts";

export interface Target {
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly within: Within;
  readonly scope: Scope;
}

export const targetOf = (table: QualifiedName, within: Within, ifExists = false): Target => ({
  table,
  ifExists,
  within,
  scope: scopeOf(table),
});

/** A statement or clause that can't be read. */
export function unknownOperation(
  span: Span,
  statement: string,
  relations: readonly QualifiedName[] = [],
): Operation {
  return { kind: "unknown", span, head: span, statement, relations };
}

/** A name that the text doesn't have: it stands where the place is. */
export const missingName = (c: Cursor): QualifiedName => ({
  name: "",
  text: "",
  span: c.span(Math.max(c.at - 1, c.start)),
});
