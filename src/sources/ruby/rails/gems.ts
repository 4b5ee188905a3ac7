/** Columns that methods of gems define on a table. */
import { joined, madeText, type Value } from "../value.ts";

const attachment: readonly (readonly [suffix: string, kind: string])[] = [
  ["_file_name", "string"],
  ["_content_type", "string"],
  ["_file_size", "bigint"],
  ["_updated_at", "datetime"],
];

/** Paperclip and kt-paperclip: `t.attachment :logo`, `add_attachment :users, :logo`. */
export const attachmentColumns = (of: Value): readonly { readonly name: Value; readonly kind: string }[] =>
  attachment.map(([suffix, kind]) => ({
    name: of.is === "text" ? joined([of, madeText(suffix, of.at)], of.at) : of,
    kind,
  }));

/**
 * Methods of `t` that define a column of their own name: Rails' types, and those of PostGIS, pgvector and others. Any
 * other method is a gem's: which columns it defines isn't known.
 */
export const columnMethods =
  /^(?:string|text|integer|bigint|smallint|float|double|decimal|numeric|datetime|timestamp|timestamptz|time|date|binary|blob|boolean|json|jsonb|virtual|uuid|inet|cidr|macaddr|hstore|ltree|citext|tsvector|tsquery|xml|line|lseg|box|path|polygon|circle|bit|bit_varying|money|oid|interval|serial|bigserial|enum|int[48](?:multi)?range|(?:num|ts|tstz|date)(?:multi)?range|primary_key|tiny(?:int|text|blob)|mediumint|(?:medium|long)(?:text|blob)|unsigned_\w+|geometry(?:_collection)?|geography|geom|st_\w+|spatial|(?:multi_?)?(?:point|polygon|line_?string)|vector|halfvec|sparsevec|year|set|varchar|char)$/;
