/** Histories in the types of SQLite, which a program rewrites before it sends them to PostgreSQL. */
import type { Relation } from "./model.ts";
import type { Schema } from "./schema.ts";

/**
 * A column has the type `blob`, which PostgreSQL doesn't have: the files run on SQLite as they are, and INTEGER PRIMARY KEY
 * is a bigint with a sequence.
 */
export function isForSqlite(schema: Schema): boolean {
  // MySQL has the type itself.
  if (!schema.dialect.transactionalDdl) return false;
  for (const relation of schema.relations()) if (hasBlob(relation, schema)) return true;
  return false;
}

const hasBlob = ({ columns }: Relation, schema: Schema): boolean =>
  columns.some(({ type }) => type?.name === "blob" && schema.type(type).is !== "present");
