/** Columns that methods of gems define on a table. */
import { booleanOf, joined, madeText, plain, textOf, type Place, type Value } from "../value.ts";
import { hashOf, withOptions } from "./editor.ts";
import type { Options } from "./types.ts";

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

interface MoneyColumn {
  readonly name: Value;
  readonly kind: string;
  readonly options: Options;
}

/**
 * Of money-rails: `t.monetize :price`, `add_monetize :orders, :price, amount: { null: true, default: nil }`. Which currency is the
 * default, and what the columns are called, an initializer may say.
 */
export function moneyColumns(of: Value, options: Options, at: Place): readonly MoneyColumn[] {
  const column = (part: string, suffix: string, kind: string, fallback: Value): readonly MoneyColumn[] => {
    const own = hashOf(options.get(part));
    if (booleanOf(own.get("present")) === false) return [];
    const given = own.get("column_name");
    const [prefix, ending] = [textOf(own.get("prefix")) ?? "", textOf(own.get("postfix")) ?? suffix];
    const made = of.is === "text" ? joined([madeText(prefix, at), of, madeText(ending, at)], of.at) : of;
    const rest = new Map([...own].filter(([name]) => /^(?:null|default|limit|index)$/.test(name)));
    return [
      {
        name: given ?? made,
        kind: textOf(own.get("type")) ?? kind,
        options: withOptions(rest, {
          ...(rest.has("null") ? {} : { null: plain(false, at) }),
          ...(rest.has("default") ? {} : { default: fallback }),
        }),
      },
    ];
  };
  return [
    ...column("amount", "_cents", "integer", plain(0, at)),
    ...column("currency", "_currency", "string", madeText("USD", at)),
  ];
}

/**
 * Methods of `t` that define a column of their own name: Rails' types, and those of PostGIS, pgvector and others. Any
 * other method is a gem's: which columns it defines isn't known.
 */
export const columnMethods =
  /^(?:string|text|integer|bigint|smallint|float|double|decimal|numeric|datetime|timestamp|timestamptz|time|date|binary|blob|boolean|json|jsonb|virtual|uuid|inet|cidr|macaddr|hstore|ltree|citext|tsvector|tsquery|xml|line|lseg|box|path|polygon|circle|bit|bit_varying|money|oid|interval|serial|bigserial|enum|int[48](?:multi)?range|(?:num|ts|tstz|date)(?:multi)?range|primary_key|tiny(?:int|text|blob)|mediumint|(?:medium|long)(?:text|blob)|unsigned_\w+|geometry(?:_collection)?|geography|geom|st_\w+|spatial|(?:multi_?)?(?:point|polygon|line_?string)|vector|halfvec|sparsevec|year|set|varchar|char)$/;

/** What such a method calls the type. */
export const kindOf = (method: string): string => (method === "numeric" ? "decimal" : method);
