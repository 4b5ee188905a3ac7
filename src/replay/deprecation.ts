import type { QualifiedName } from "../model/names.ts";
import type { Origin } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";

/** `-- ddlint-deprecated: orders.code since 2026-01-31`, in a comment of any migration. */
export interface DeprecationMark {
  /** `orders`, `audit.log`, `orders.code`. */
  readonly object: string;
  readonly origin: Origin;
}

const marker = "ddlint-deprecated:";

/** Reads the mark out of a comment's text, delimiters included. */
export function readMark(comment: string, origin: Origin): DeprecationMark | undefined {
  const at = comment.indexOf(marker);
  if (at < 0) return undefined;
  const object = comment
    .slice(at + marker.length)
    .trim()
    .split(/[\s*]/, 1)[0];
  return object === undefined || object === "" ? undefined : { object, origin };
}

const deprecatedName = /^(?:deprecated|archived|old)_|_(?:deprecated|archived|old)$/;

/**
 * The deprecation step of a table (or of one of its columns) in a migration before number `before`: a comment that
 * says "deprecated", a rename to a deprecated name, or a mark.
 */
export function findDeprecation(
  schema: Schema,
  marks: readonly DeprecationMark[],
  before: number,
  table: QualifiedName,
  column?: string,
): Origin | undefined {
  const earlier = (origin: Origin | undefined): Origin | undefined =>
    origin !== undefined && origin.migration < before ? origin : undefined;
  const relation = schema.relation(table);
  const held =
    column === undefined
      ? relation.is === "present"
        ? relation.value
        : undefined
      : relation.is === "present"
        ? relation.value.columns.find((candidate) => candidate.name === column)
        : undefined;
  if (held?.comment !== undefined && /deprecat/i.test(held.comment.text)) {
    const found = earlier(held.comment.origin);
    if (found !== undefined) return found;
  }
  const renamed = held?.renamedFrom.at(-1);
  if (renamed !== undefined && deprecatedName.test(column ?? table.name)) {
    const found = earlier(renamed.origin);
    if (found !== undefined) return found;
  }
  const names = [table.name, `${table.schema ?? schema.searchPath[0] ?? "public"}.${table.name}`].map(
    (name) => (column === undefined ? name : `${name}.${column}`),
  );
  return marks.find((mark) => names.includes(mark.object) && mark.origin.migration < before)?.origin;
}
