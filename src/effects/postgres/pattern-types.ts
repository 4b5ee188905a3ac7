/**
 * `id LIKE 'c%'` of a uuid: patterns are compared with texts alone, and the server casts no column to text. Measured for
 * each of these types on 13 and 18, also for an empty table.
 */
import type { Expression } from "../../model/expression.ts";
import type { QualifiedName } from "../../model/names.ts";
import { dictionary } from "../../text/dictionary.ts";
import { withoutSqlComments } from "../../text/sql-comments.ts";
import type { StatementContext } from "./statement-context.ts";

/** As the server names them. */
const withoutPatterns: Readonly<Record<string, string>> = dictionary({
  uuid: "uuid",
  smallint: "smallint",
  integer: "integer",
  bigint: "bigint",
  numeric: "numeric",
  real: "real",
  "double precision": "double precision",
  boolean: "boolean",
  jsonb: "jsonb",
  json: "json",
  date: "date",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  interval: "interval",
});

const signs: Readonly<Record<string, string>> = dictionary({ like: "~~", ilike: "~~*", "similar to": "~" });

/** `c NOT LIKE ''` as a whole part of an AND or OR; the literal has been emptied. */
const pattern =
  /(?<=^[\s(]*|[(]\s*|\b(?:and|or|not)\s+)(?:[a-z_]\w*\s*\.\s*)?("?)([a-z_]\w*)\1\s*(?:\b(not\s+)?(like|ilike|similar\s+to)\b|(!?~~?\*?))\s*''(?=[\s)]*$|\s*\)|\s+(?:and|or)\b|\s+(escape)\b)/gi;
/** Backslashes and dollars may open literals of other kinds. */
const unsure = /[\\$]/;
const longest = 2000;

/** Fails where a condition compares a column of a type that has no patterns with one. */
export function refusePatterns(
  condition: Pick<Expression, "text"> | undefined,
  table: QualifiedName,
  context: StatementContext,
): void {
  const { schema } = context;
  if (condition === undefined || condition.text.length > longest) return;
  const written = withoutSqlComments(condition.text);
  if (unsure.test(written) || schema.mayDiffer(table)) return;
  const text = written.replaceAll(/'(?:[^']|'')*'/g, "''");
  for (const [, quote, name = "", not, word, sign = "", escape] of text.matchAll(pattern)) {
    const column = quote === "" ? name.toLowerCase() : name;
    const type = context.column(table, column)?.type;
    if (type === undefined) continue;
    const below = schema.belowDomains(type);
    const { schema: own, dimensions, name: typeName } = below.type;
    const shown = own === undefined && dimensions === 0 ? withoutPatterns[typeName] : undefined;
    if (shown === undefined || schema.hasAny("operator") || schema.hasAny("cast")) continue;
    const plain = word?.toLowerCase().replaceAll(/\s+/g, " ") ?? "";
    const operator = (not === undefined ? "" : "!") + (signs[plain] ?? sign);
    const left = below.domains.length === 0 ? shown : type.name;
    // The server calls a function for these, which gives a text.
    const right = plain === "similar to" || escape !== undefined ? "text" : "unknown";
    const title = plain === "" ? operator : plain.toUpperCase();
    context.found.fail(
      `operator does not exist: ${left} ${operator} ${right}: ${title} takes a text, which ${column} isn't`,
    );
    return;
  }
}
