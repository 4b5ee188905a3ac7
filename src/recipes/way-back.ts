/** What a migration's own way back makes, as text. */
import {
  added,
  alterIndex,
  alterTable,
  altersColumn,
  clausesOf,
  createIndex,
  createTable,
  createType,
  dropIndex,
  keyOf,
  lastOf,
  part,
  plain,
  setsOne,
  withoutEnd,
} from "./statement-forms.ts";

/** What a way back makes, by table and name. */
export interface WayBack {
  /** Clauses that add a constraint. */
  readonly constraints: ReadonlyMap<string, string>;
  /** The statements that make a column and what uses it alone. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly indexes: ReadonlyMap<string, string>;
  /** Clauses that give a column another type. */
  readonly retyped: ReadonlyMap<string, string>;
  /** Indexes that it gives another name: they have to be there. */
  readonly renamed: ReadonlySet<string>;
  /** The statements that make a table and what it has. */
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly types: ReadonlyMap<string, string>;
}

/** It drops an index that the migration's own way back goes on with. */
export const dropsNeeded = (sql: string, { renamed }: WayBack): boolean => {
  const [, dropped] = dropIndex.exec(withoutEnd(sql)) ?? [];
  return dropped !== undefined && renamed.has(plain(lastOf(dropped)));
};

/** The statements of a way back, in their order. */
export function wayBack(statements: readonly string[]): WayBack {
  const constraints = new Map<string, string>();
  const columns = new Map<string, string[]>();
  const indexes = new Map<string, string>();
  const retyped = new Map<string, string>();
  const renamed = new Set<string>();
  const tables = new Map<string, string[]>();
  const types = new Map<string, string>();
  for (const sql of statements.map(withoutEnd)) {
    const head = alterTable.exec(sql);
    const [, , index, indexed] = createIndex.exec(sql) ?? [];
    const [, made] = createTable.exec(sql) ?? [];
    const [, from] = alterIndex.exec(sql) ?? [];
    const [, type] = createType.exec(sql) ?? [];
    if (type !== undefined) types.set(plain(lastOf(type)), sql);
    if (from !== undefined) renamed.add(plain(lastOf(from)));
    const [, filled, value] = isOfOne(sql) ? (setsOne.exec(sql) ?? []) : [];
    if (filled !== undefined && value !== undefined) columns.get(keyOf(filled, value))?.push(sql);
    if (index !== undefined) indexes.set(plain(index), sql);
    const table = made ?? indexed ?? head?.[1];
    if (table === undefined) continue;
    if (made !== undefined) tables.set(plain(lastOf(made)), []);
    tables.get(plain(lastOf(table)))?.push(sql);
    const clauses = head === null ? [] : clausesOf(sql.slice(head[0].length));
    for (const clause of clauses) {
      const [, constraint, column] = added.exec(clause) ?? [];
      if (constraint !== undefined) constraints.set(keyOf(table, constraint), clause);
      if (column !== undefined) columns.set(keyOf(table, column), []);
      const [, altered, change = ""] = altersColumn.exec(clause) ?? [];
      if (altered !== undefined && /TYPE$/i.test(change)) retyped.set(keyOf(table, altered), clause);
    }
    // Of several clauses, the others are about other columns.
    const parts =
      head === null || clauses.length < 2 ? [sql] : clauses.map((clause) => `${head[0]}${clause}`);
    for (const one of made === undefined ? parts : [])
      for (const own of columnsIn(one)) columns.get(keyOf(table, own))?.push(one);
  }
  return { constraints, columns, indexes, retyped, renamed, tables, types };
}

/** An UPDATE that sets one column. */
export const isOfOne = (sql: string): boolean =>
  setsOne.test(sql) && clausesOf(sql.replace(/\bWHERE\b[^]*$/i, "")).length === 1;

const inColumn = new RegExp(String.raw`\b(?:ADD|ALTER) COLUMN (?!IF )(${part})`, "i");
const inKey = new RegExp(
  String.raw`^(?:CREATE [^(]*\(|[^(]*\s(?:UNIQUE|FOREIGN KEY|CHECK) ?\()(?:\w+\()?(${part})(?: \w+)?\)`,
  "i",
);

/** The one column that a statement is about: behind ADD COLUMN or ALTER COLUMN, or alone in a list. */
export function columnsIn(sql: string): readonly string[] {
  const [, altered = added.exec(sql.replace(alterTable, ""))?.[2]] = inColumn.exec(sql) ?? [];
  const [, listed] = inKey.exec(sql) ?? [];
  const own = altered ?? listed;
  return own === undefined ? [] : [own];
}

/** Of a migration without one. */
export const nothingBack: WayBack = wayBack([]);
