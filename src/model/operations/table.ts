import type { Expression, QueryFacts } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { ColumnType } from "../types.ts";
import type { OperationBase, StorageParameter } from "./base.ts";

/** PostgreSQL manual, CREATE TABLE, "column_name data_type". Constraints other than NOT NULL are operations. */
export interface ColumnDefinition {
  readonly name: Name;
  readonly type: ColumnType;
  /** NOT NULL is written, or follows from serial or IDENTITY. That of a PRIMARY KEY comes with its operation. */
  readonly notNull: boolean;
  /** Name of a NOT NULL constraint, if one is written. */
  readonly notNullName?: string | undefined;
  readonly default?: Expression | undefined;
  readonly generated?: { readonly expression: Expression; readonly stored: boolean } | undefined;
  readonly identity?: "always" | "by default" | undefined;
  /** `serial`, `bigserial`, `smallserial`: a sequence, its default, NOT NULL. */
  readonly serial: boolean;
  readonly collation?: QualifiedName | undefined;
}

export interface PartitionKey {
  readonly strategy: "range" | "list" | "hash";
  /** Plain columns of the key, folded. */
  readonly columns: readonly string[];
  /** Key parts that are expressions. */
  readonly expressions: readonly Expression[];
}

/** A literal as text, or an end of the range; neither: what the statement alone doesn't say. */
export interface BoundValue {
  readonly literal?: string | undefined;
  readonly end?: "minvalue" | "maxvalue" | undefined;
}
/** `FOR VALUES …` or DEFAULT; `text` is as written. */
export interface PartitionBound {
  readonly default: boolean;
  readonly text: string;
  /** Undefined for DEFAULT. */
  readonly strategy?: PartitionKey["strategy"] | undefined;
  /** IN. */
  readonly values?: readonly BoundValue[] | undefined;
  /** FROM and TO. */
  readonly from?: readonly BoundValue[] | undefined;
  readonly to?: readonly BoundValue[] | undefined;
}

export interface CreateTable extends OperationBase<"createTable"> {
  readonly table: QualifiedName;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly like: readonly { readonly table: QualifiedName; readonly including: readonly string[] }[];
  readonly inherits: readonly QualifiedName[];
  readonly partitionOf?: { readonly parent: QualifiedName; readonly bound: PartitionBound } | undefined;
  readonly partitionBy?: PartitionKey | undefined;
  readonly ofType?: QualifiedName | undefined;
  readonly foreign: boolean;
  /** CREATE TABLE AS, SELECT INTO. */
  readonly query?: QueryFacts | undefined;
  /** CREATE TABLE AS … WITH NO DATA. */
  readonly withNoData: boolean;
  readonly accessMethod?: string | undefined;
  /** WITH. */
  readonly options?: readonly StorageParameter[] | undefined;
}

interface OnTable<K extends string> extends OperationBase<K> {
  readonly table: QualifiedName;
  /** ALTER TABLE IF EXISTS, DROP TABLE IF EXISTS. */
  readonly ifExists: boolean;
  /** ALTER TABLE ONLY. */
  readonly only?: boolean | undefined;
}
export type { OnTable };

interface OnColumn<K extends string> extends OnTable<K> {
  readonly column: Name;
}

export interface DropTable extends OnTable<"dropTable"> {
  readonly cascade: boolean;
  /** DROP FOREIGN TABLE. */
  readonly foreign: boolean;
}
export interface RenameTable extends OnTable<"renameTable"> {
  readonly to: Name;
}
export interface SetTableSchema extends OnTable<"setTableSchema"> {
  readonly to: Name;
}
export interface TruncateTable extends OnTable<"truncateTable"> {
  readonly cascade: boolean;
  readonly restartIdentity: boolean;
}
/** SET (…) and RESET (…) of storage parameters; `value` undefined for RESET. */
export interface SetTableOptions extends OnTable<"setTableOptions"> {
  readonly options: readonly StorageParameter[];
}
export interface SetLogged extends OnTable<"setLogged"> {
  readonly logged: boolean;
}
export interface SetTablespace extends OnTable<"setTablespace"> {
  readonly tablespace: string;
}
export interface SetAccessMethod extends OnTable<"setAccessMethod"> {
  /** undefined: DEFAULT. */
  readonly accessMethod?: string | undefined;
}
export interface SetReplicaIdentity extends OnTable<"setReplicaIdentity"> {
  readonly identity: "default" | "full" | "nothing" | "index";
  readonly index?: Name | undefined;
}
/** CLUSTER ON, SET WITHOUT CLUSTER. */
export interface SetClusterIndex extends OnTable<"setClusterIndex"> {
  readonly index?: Name | undefined;
}
export interface SetRowSecurity extends OnTable<"setRowSecurity"> {
  readonly mode: "enable" | "disable" | "force" | "no force";
}
/** ENABLE/DISABLE TRIGGER and RULE. */
export interface SetTriggerState extends OnTable<"setTriggerState"> {
  readonly state: "enable" | "disable" | "replica" | "always";
  readonly object: "trigger" | "rule";
  /** A name, or ALL or USER. */
  readonly which: Name | "all" | "user";
}
export interface SetInheritance extends OnTable<"setInheritance"> {
  readonly parent: QualifiedName;
  readonly inherit: boolean;
}
/** OF type, NOT OF. */
export interface SetTableType extends OnTable<"setTableType"> {
  readonly type?: QualifiedName | undefined;
}
export interface AttachPartition extends OnTable<"attachPartition"> {
  readonly partition: QualifiedName;
  readonly bound: PartitionBound;
}
export interface DetachPartition extends OnTable<"detachPartition"> {
  readonly partition: QualifiedName;
  readonly concurrently: boolean;
  readonly finalize: boolean;
}
export interface AddColumn extends OnTable<"addColumn"> {
  readonly column: ColumnDefinition;
  readonly ifNotExists: boolean;
}
export interface DropColumn extends OnColumn<"dropColumn"> {
  /** DROP COLUMN IF EXISTS (not ALTER TABLE IF EXISTS). */
  readonly columnIfExists: boolean;
  readonly cascade: boolean;
}
/** Also of a view's or composite type's column (`object`). */
export interface RenameColumn extends OnColumn<"renameColumn"> {
  readonly object: "table" | "view" | "materialized view" | "type" | "foreign table";
  /** Of a type's attribute: CASCADE. */
  readonly cascade?: true | undefined;
  readonly to: Name;
}
export interface ChangeColumnType extends OnColumn<"changeColumnType"> {
  readonly type: ColumnType;
  readonly using?: Expression | undefined;
  readonly collation?: QualifiedName | undefined;
}
export interface SetDefault extends OnColumn<"setDefault"> {
  readonly expression: Expression;
}
export type DropDefault = OnColumn<"dropDefault">;
export type SetNotNull = OnColumn<"setNotNull">;
export type DropNotNull = OnColumn<"dropNotNull">;
/** SET EXPRESSION AS (17+). */
export interface SetExpression extends OnColumn<"setExpression"> {
  readonly expression: Expression;
}
export interface DropExpression extends OnColumn<"dropExpression"> {
  /** DROP EXPRESSION IF EXISTS. */
  readonly columnIfExists?: true | undefined;
}
export interface AddIdentity extends OnColumn<"addIdentity"> {
  readonly identity: "always" | "by default";
}
export type AlterIdentity = OnColumn<"alterIdentity">;
export interface DropIdentity extends OnColumn<"dropIdentity"> {
  /** DROP IDENTITY IF EXISTS. */
  readonly columnIfExists?: true | undefined;
}
/** SET STATISTICS, SET STORAGE, SET COMPRESSION, SET (attribute_option = …); also of an index's column. */
export interface SetColumnOption extends OnTable<"setColumnOption"> {
  /** Undefined for a column given by number (`ALTER INDEX i ALTER COLUMN 1`). */
  readonly column?: Name | undefined;
  /** `ALTER COLUMN 1` of an index. */
  readonly number?: number | undefined;
  readonly option: "statistics" | "storage" | "compression" | "options";
  /** Of storage and compression: what is set, in lower case. */
  readonly value?: string | undefined;
  readonly options?: readonly StorageParameter[] | undefined;
}

export type TableOperation =
  | CreateTable
  | DropTable
  | RenameTable
  | SetTableSchema
  | TruncateTable
  | SetTableOptions
  | SetLogged
  | SetTablespace
  | SetAccessMethod
  | SetReplicaIdentity
  | SetClusterIndex
  | SetRowSecurity
  | SetTriggerState
  | SetInheritance
  | SetTableType
  | AttachPartition
  | DetachPartition
  | AddColumn
  | DropColumn
  | RenameColumn
  | ChangeColumnType
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | SetExpression
  | DropExpression
  | AddIdentity
  | AlterIdentity
  | DropIdentity
  | SetColumnOption;
