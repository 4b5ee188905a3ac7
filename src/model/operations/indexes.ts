import type { Expression } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { OperationBase, StorageParameter, Within } from "./base.ts";

export interface IndexElement {
  /** Folded; undefined for an expression. */
  readonly column?: string | undefined;
  /** MySQL: the column as written, where folding changed it. */
  readonly written?: string | undefined;
  readonly expression?: Expression | undefined;
  readonly descending: boolean;
  /** MySQL: `ASC` is written, which is the default but for a FULLTEXT or SPATIAL index, which takes neither. */
  readonly ascending?: true | undefined;
  readonly nullsFirst: boolean | undefined;
  readonly operatorClass?: string | undefined;
  readonly collation?: string | undefined;
  /** MySQL: `c(10)`, characters (bytes for binary types) of the prefix. */
  readonly length?: number | undefined;
}
/** MySQL's words, and MariaDB's. */
export type IndexVisibility = "visible" | "invisible" | "ignored" | "not ignored";

/** MySQL manual, CREATE INDEX, "index_option". */
export interface MysqlIndex {
  /** INVISIBLE (MySQL) and IGNORED (MariaDB) give false. */
  readonly visible?: boolean | undefined;
  /** Which of these words is written. */
  readonly visibility?: IndexVisibility | undefined;
  /** USING is written: `btree`, `hash`, `rtree`. */
  readonly using?: string | undefined;
  readonly comment?: string | undefined;
  /** The rest: `key_block_size`, `parser`, `engine_attribute`… */
  readonly options?: readonly StorageParameter[] | undefined;
  /** MariaDB: CREATE OR REPLACE INDEX. */
  readonly orReplace?: true | undefined;
}
export interface CreateIndex extends OperationBase<"createIndex"> {
  /** Undefined: the server makes one up. */
  readonly name?: QualifiedName | undefined;
  readonly table: QualifiedName;
  readonly only: boolean;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  /** `btree`, `gin`, …; MySQL also `fulltext`, `spatial`, `vector`. */
  readonly method: string;
  readonly elements: readonly IndexElement[];
  readonly include: readonly string[];
  readonly where?: Expression | undefined;
  readonly nullsNotDistinct: boolean;
  /** WITH. */
  readonly options?: readonly StorageParameter[] | undefined;
  /** Where CONCURRENTLY would be inserted: just after the keyword INDEX. */
  readonly afterKeyword: number;
  /** MySQL: KEY of CREATE TABLE, or ADD INDEX; undefined: CREATE INDEX. */
  readonly clauseOf?: Within | undefined;
  readonly mysql?: MysqlIndex | undefined;
}
export interface DropIndex extends OperationBase<"dropIndex"> {
  readonly index: QualifiedName;
  /** MySQL: its table, in whose name space the index is. */
  readonly onTable?: QualifiedName | undefined;
  /** MySQL: by ALTER TABLE, not by DROP INDEX. */
  readonly clauseOf?: "alterTable" | undefined;
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
  /** Just after the keyword INDEX. */
  readonly afterKeyword: number;
}
export interface RenameIndex extends OperationBase<"renameIndex"> {
  readonly index: QualifiedName;
  /** MySQL: as of DropIndex. */
  readonly onTable?: QualifiedName | undefined;
  readonly to: Name;
  readonly ifExists: boolean;
}
export interface AttachIndex extends OperationBase<"attachIndex"> {
  readonly index: QualifiedName;
  readonly partition: QualifiedName;
}
/** SET (…), SET TABLESPACE, … of an index. */
export interface AlterIndex extends OperationBase<"alterIndex"> {
  readonly index: QualifiedName;
  /** MySQL: as of DropIndex. */
  readonly onTable?: QualifiedName | undefined;
  readonly change: "options" | "tablespace" | "statistics" | "depends" | "visibility";
  /** Of visibility: [IN]VISIBLE, [NOT] IGNORED. */
  readonly visible?: boolean | undefined;
  readonly visibility?: IndexVisibility | undefined;
  /** MariaDB: ALTER INDEX IF EXISTS. */
  readonly ifExists?: true | undefined;
  readonly options?: readonly StorageParameter[] | undefined;
  /** Of statistics: the number of the column. */
  readonly column?: number | undefined;
}
export interface Reindex extends OperationBase<"reindex"> {
  readonly scope: "index" | "table" | "schema" | "database" | "system";
  /** The index or table; for a schema or database its name in `name`. */
  readonly target?: QualifiedName | undefined;
  readonly concurrently: boolean;
  /** Just after the keyword INDEX, TABLE, …: where CONCURRENTLY would be inserted. */
  readonly afterKeyword: number;
}

export type IndexOperation = CreateIndex | DropIndex | RenameIndex | AttachIndex | AlterIndex | Reindex;
