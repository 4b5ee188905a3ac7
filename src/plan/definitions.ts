/** The objects of a schema as SQL: what makes one, and what takes it away. Each database family has its own. */
import type { PerFamily } from "../model/dialect.ts";
import type { Key } from "../model/names.ts";
import { displayName, splitKey } from "../schema/dependents.ts";
import type { Column, Constraint, Index, Relation, UserType } from "../schema/model.ts";
import type { Schema } from "../schema/schema.ts";
import { mysqlDefinitions } from "./mysql-definitions.ts";
import { postgresDefinitions } from "./postgres-definitions.ts";

/** How a schema's names are written. */
export interface Names {
  /** A relation by its key: `orders`, `audit.log`. */
  readonly show: (key: Key) => string;
  /** A name alone, quoted where it has to be. */
  readonly spell: (name: string) => string;
  /** Names in parentheses. */
  readonly list: (names: readonly string[]) => string;
}

/** Undefined stands for what the schema doesn't know. Statements have no semicolon. */
export interface Definitions {
  /** A column behind ADD COLUMN, or in CREATE TABLE. `sequence`: one that numbers it, where it has another name than usual. */
  readonly column: (column: Column, table: Relation, names: Names, sequence?: Relation) => string | undefined;
  /** Where it stands, behind its definition: MySQL's `AFTER id`. */
  readonly place: (column: Column, table: Relation, names: Names) => string;
  /** A constraint behind ADD, with its name. `index`: the one below a key. */
  readonly constraint: (constraint: Constraint, index: Index | undefined, names: Names) => string | undefined;
  /** The clause of ALTER TABLE that drops it. */
  readonly dropConstraint: (constraint: Constraint, names: Names) => string;
  readonly createIndex: (index: Index, concurrently: boolean, names: Names) => string | undefined;
  readonly dropIndex: (index: Index, concurrently: boolean, names: Names) => string;
  /** `trigger` and `table` as they are written. */
  readonly dropTrigger: (trigger: string, table: string) => string;
  /** `table`, `from` and `to` as they are written; `schema`: of the index, with its point, or empty. */
  readonly renameIndex: (rename: {
    readonly table: string | undefined;
    readonly schema: string;
    readonly from: string;
    readonly to: string;
  }) => string | undefined;
  /**
   * Fills columns of `table` from the table `backup`, whose rows have the same `key`. All as they are written.
   */
  readonly fillFrom: (
    table: string,
    backup: string,
    key: readonly string[],
    columns: readonly string[],
  ) => string;
  /** After a table was filled with its old rows: lets its serial and identity columns continue behind them. */
  readonly advance: (table: Relation, names: Names) => readonly string[];
  /** Clauses of ALTER TABLE that make the one column the other, in their order. `isMoved`: it also gets another place. */
  readonly alterColumn: (
    from: Column,
    to: Column,
    table: Relation,
    names: Names,
    isMoved: boolean,
  ) => readonly string[] | undefined;
  /** CREATE TABLE up to its name, and what stands behind the list of columns. */
  readonly table: (
    table: Relation,
    names: Names,
  ) => { readonly head: string; readonly options: string } | undefined;
  /** CREATE TYPE or CREATE DOMAIN. */
  readonly type: (type: UserType, names: Names) => string | undefined;
  /** Statements that give a relation and its columns the comments of `to`. */
  readonly comments: (from: Relation | undefined, to: Relation, names: Names) => readonly string[];
  /** Statements about a table that say what its columns, constraints and indexes don't. */
  readonly tableFacts: (
    from: Relation | undefined,
    to: Relation,
    names: Names,
  ) => readonly string[] | undefined;
}

const families: PerFamily<Definitions> = {
  postgres: postgresDefinitions,
  mysql: mysqlDefinitions,
  // It has no tables to be defined.
  mongodb: postgresDefinitions,
};

/** Those of the schema's database. */
export const definitionsFor = ({ family }: Pick<Schema, "family">): Definitions => families[family];

/** An unqualified name is that of the usual schema; elsewhere it may be another object's. */
export const isUsualPath = ({ dialect, searchPath }: Pick<Schema, "dialect" | "searchPath">): boolean =>
  dialect.searchPath === undefined || searchPath.join() === dialect.searchPath.join();

/** As statements of the schema's database write its names. */
export function namesIn(schema: Schema): Names {
  const spell = (name: string): string => schema.spell(name);
  const isUsual = isUsualPath(schema);
  return {
    show: (key) => {
      const [own, name] = splitKey(key);
      return isUsual ? displayName(schema, own, name) : `${spell(own)}.${spell(name)}`;
    },
    spell,
    list: (names) => `(${names.map(spell).join(", ")})`,
  };
}
