/** An index as SQL of PostgreSQL. */
import type { Expression } from "../model/expression.ts";
import type { Key } from "../model/names.ts";
import { splitKey } from "./dependents.ts";
import { inParentheses } from "./expressions.ts";
import type { Index } from "./model.ts";

interface Names {
  /** A relation by its key. */
  readonly show: (key: Key) => string;
  /** A name alone, quoted where it has to be. */
  readonly spell: (name: string) => string;
  /** Columns in parentheses. */
  readonly list: (names: readonly string[]) => string;
}

function element(own: Index["elements"][number], { spell }: Names): string | undefined {
  const what = own.column === undefined ? own.expression && inParentheses(own.expression) : spell(own.column);
  if (what === undefined) return undefined;
  const order = own.descending ? " DESC" : "";
  const nulls =
    own.nullsFirst === undefined || own.nullsFirst === own.descending
      ? ""
      : ` NULLS ${own.nullsFirst ? "FIRST" : "LAST"}`;
  return (
    [
      what,
      ...(own.collation === undefined ? [] : [`COLLATE ${spell(own.collation)}`]),
      ...(own.operatorClass === undefined ? [] : [own.operatorClass]),
    ].join(" ") +
    order +
    nulls
  );
}

/** `CREATE INDEX …` without semicolon; undefined: not all of it is known. */
export function createIndex(index: Index, concurrently: boolean, names: Names): string | undefined {
  const elements = index.elements.map((one) => element(one, names));
  if (elements.length === 0 || elements.some((one) => one === undefined) || !index.valid) return undefined;
  const [, name] = splitKey(`${index.schema}.${index.name}`);
  return [
    `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${concurrently ? "CONCURRENTLY " : ""}${names.spell(name)} ON ${names.show(index.table)}`,
    ...(index.method === "btree" ? [] : [`USING ${index.method}`]),
    `(${elements.join(", ")})`,
    ...(index.include.length === 0 ? [] : [`INCLUDE ${names.list(index.include)}`]),
    ...(index.nullsNotDistinct ? ["NULLS NOT DISTINCT"] : []),
    ...(index.where === undefined ? [] : [`WHERE ${index.where.text.trim()}`]),
  ].join(" ");
}

/** Of a unique index over whole columns of all rows, which a foreign key or ON CONFLICT can name; undefined: it isn't one. */
export function keyColumns({ unique, where, elements }: KeyLike): readonly string[] | undefined {
  const columns = elements.flatMap(({ column }) => column ?? []);
  return unique && where === undefined && columns.length === elements.length ? columns : undefined;
}

/** An index, or the statement that makes one. */
interface KeyLike {
  readonly unique: boolean;
  readonly where?: Expression | undefined;
  readonly elements: readonly { readonly column?: string | undefined }[];
}

/** Two rows can't have the same value in the column, whatever else they have. */
export function isKeyAlone(index: KeyLike, column: string): boolean {
  const columns = keyColumns(index);
  return columns?.length === 1 && columns[0] === column;
}

/** Columns of a table that an index uses, in its keys, expressions and predicate. */
export function indexColumns(index: Index): {
  readonly plain: readonly string[];
  readonly inExpressions: readonly string[];
} {
  const expressions = index.elements.flatMap((e) => (e.expression === undefined ? [] : [e.expression]));
  if (index.where !== undefined) expressions.push(index.where);
  return {
    plain: [...index.elements.flatMap((e) => e.column ?? []), ...index.include],
    inExpressions: expressions.flatMap((e) => e.columns.map((c) => c.column)),
  };
}
