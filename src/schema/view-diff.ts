/** How the queries of two views differ: by what they read, and where that is the same, by their words. */
import type { ColumnReference } from "../model/expression.ts";
import { keyOf } from "../model/names.ts";
import { wordsOfQuery } from "./expression-text.ts";
import type { Relation } from "./model.ts";
import type { Schema } from "./schema.ts";

/** Undefined: they don't differ, or it isn't known. */
export function viewDetail(
  expected: Relation,
  actual: Relation,
  schemas: { readonly expected: Schema; readonly actual: Schema },
): string | undefined {
  const [left, right] = [queryText(expected, schemas.expected), queryText(actual, schemas.actual)];
  if (left !== undefined && right !== undefined && left !== right) return "reads other tables or columns";
  return isOtherQuery(expected, actual) ? "another query" : undefined;
}

function queryText({ query, columns }: Relation, schema: Schema): string | undefined {
  if (query === undefined) return undefined;
  const relations = query.relations.map((r) => `${r.schema ?? ""}.${r.name}`);
  const read = query.stars.length > 0 ? [] : query.columns.filter((r) => !isCall(r, schema));
  const references = read.map((r) => r.column);
  return JSON.stringify([unique(relations), unique(references), columns.map((c) => c.name)]);
}

/** `u.full_name` is `full_name(u.*)` where the table has no such column (manual, section 38.5.3). */
const isCall = ({ table, column }: ColumnReference, schema: Schema): boolean =>
  table !== undefined &&
  schema.column(table, column).is !== "present" &&
  schema.searchPath.some((name) => schema.routines(keyOf(name, column)).is === "present");

/** `*` may have been written out in one of them. */
const isOtherQuery = (a: Relation, b: Relation): boolean =>
  a.definition !== undefined &&
  b.definition !== undefined &&
  starsOf(a) === starsOf(b) &&
  wordsOfQuery(a.definition) !== wordsOfQuery(b.definition);

const starsOf = ({ query }: Relation): string =>
  unique((query?.stars ?? []).map(({ schema, name }) => `${schema ?? ""}.${name}`)).join();

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
