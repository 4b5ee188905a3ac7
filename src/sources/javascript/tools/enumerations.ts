/** CREATE TYPE of an enumeration that a builder makes. */
import type { Span } from "../../../text/span.ts";
import type { Sql, SqlWriter } from "../sql.ts";
import { textOf, type Value } from "../value.ts";

/** Without labels, where not all of them are known: nothing is said of which values it takes. */
export function createEnumeration(
  sql: SqlWriter,
  name: Sql | string,
  labels: Value | undefined,
  at: Span,
): Sql {
  const items = labels?.is === "list" ? labels.items : undefined;
  if (items === undefined || items.some((label) => textOf(label) === undefined))
    return sql.join(at, "CREATE TYPE ", name);
  const list = items.map((label) => sql.literal(label));
  return sql.join(at, "CREATE TYPE ", name, " AS ENUM (", sql.list(list, at), ")");
}
