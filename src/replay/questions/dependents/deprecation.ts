import type { QualifiedName } from "../../../model/names.ts";
import type { Operation } from "../../../model/operation.ts";
import type { Origin } from "../../../schema/model.ts";
import type { Schema } from "../../../schema/schema.ts";

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
  const said = comment.slice(at + marker.length).trimStart();
  const object = /^(?:`[^`]*`|"[^"]*"|[^\s*`"])*/.exec(said)?.[0];
  return object === undefined || object === "" ? undefined : { object, origin };
}

/** A name that says so: `deprecated_code`, `orders_old`. */
export const isArchiveName = (name: string): boolean =>
  /^(?:deprecated|archived?|old|legacy)_|_(?:deprecated|archived?|old|legacy)$/.test(name);

/** `tmp_orders`, `test_table`, `foo`; what is called `tests` may be what a school or a laboratory does. */
export const isTrialName = (name: string): boolean =>
  /^(?:_?(?:te?mp|temporary)(?:_\w+|\d*)|test(?:_?\d+|_?table\d*|_?tab)?|foo(?:_?bar)?|bar|baz|dummy(?:_\w+)?|hello_world)$/i.test(
    name,
  );

/** That, or the old name behind an underscore: `_code`. */
const isRetired = (name: string, before: string): boolean => isArchiveName(name) || name === `_${before}`;

/** A deprecation step of what was made outside of the history, for which the schema has no place. */
export function markOf(operation: Operation, schema: Schema, origin: Origin): DeprecationMark[] {
  if (operation.kind === "renameColumn") {
    const { table, column, to } = operation;
    return isRetired(to.text, column.text) ? [{ object: `${tableName(table)}.${to.text}`, origin }] : [];
  }
  const said = mysqlComment(operation);
  if (said !== undefined) return [{ object: said, origin }];
  if (operation.kind !== "comment" || !/deprecat/i.test(operation.text ?? "")) return [];
  const table = operation.relations[0] ?? operation.name;
  const column = operation.member?.text;
  if (table === undefined) return [];
  const found = column === undefined ? schema.relation(table) : schema.column(table, column);
  const object = column === undefined ? tableName(table) : `${tableName(table)}.${column}`;
  return found.is === "unknown" ? [{ object, origin }] : [];
}

/** MODIFY or CHANGE … COMMENT 'deprecated …', ALTER TABLE … COMMENT = 'deprecated …', or CHANGE to such a name. */
function mysqlComment(operation: Operation): string | undefined {
  if (operation.kind === "redefineColumn") {
    const { name, mysql } = operation.definition;
    const says = /deprecat/i.test(mysql?.comment ?? "");
    const before = operation.column.text;
    const renamed = name.text !== before && isRetired(name.text, before);
    return says || renamed ? `${tableName(operation.table)}.${name.text}` : undefined;
  }
  if (operation.kind !== "setTableOptions") return undefined;
  const comment = operation.options.find(({ name }) => name === "comment")?.value ?? "";
  return /deprecat/i.test(comment) ? tableName(operation.table) : undefined;
}

const tableName = ({ schema, name }: QualifiedName): string =>
  schema === undefined ? name : `${schema}.${name}`;

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
  if (renamed !== undefined && isRetired(column ?? table.name, renamed.name)) {
    const found = earlier(renamed.origin);
    if (found !== undefined) return found;
  }
  const names = [table.name, `${table.schema ?? schema.searchPath[0] ?? "public"}.${table.name}`].map(
    (name) => (column === undefined ? name : `${name}.${column}`),
  );
  // Written as people write it, in quotes or not, and in MySQL in whatever case.
  const { plain } = schema.dialect.names;
  const objects = new Set(names.map(plain));
  return marks.find((mark) => objects.has(plain(mark.object)) && mark.origin.migration < before)?.origin;
}
