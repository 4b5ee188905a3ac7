import type { Expression, QueryFacts } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { ColumnType } from "../types.ts";
import type { Span } from "../../text/span.ts";
import type { Asked, OperationBase, StorageParameter } from "./base.ts";

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
  /** Name of its sequence, where it isn't left to the server. */
  readonly identitySequence?: string | undefined;
  /** `serial`, `bigserial`, `smallserial`: a sequence, its default, NOT NULL. */
  readonly serial: boolean;
  readonly collation?: QualifiedName | undefined;
  /** MySQL and MariaDB: what else a definition can say. */
  readonly mysql?: MysqlColumn | undefined;
}

/** MySQL manual, CREATE TABLE, "column_definition"; MariaDB knowledge base, CREATE TABLE, "Column Definitions". */
export interface MysqlColumn {
  /** The definition behind the column's name, without FIRST and AFTER: what MODIFY says anew. */
  readonly definition: Span;
  /** FIRST or AFTER, of ADD, MODIFY and CHANGE. */
  readonly position?: Asked<"first" | Name> | undefined;
  /** Lower case: `utf8mb4`; `binary` for BYTE. COLLATE is in `collation`. */
  readonly charset?: string | undefined;
  /** CHARACTER SET, or the words that stand for it. */
  readonly charsetSpan?: Span | undefined;
  readonly comment?: string | undefined;
  readonly autoIncrement?: true | undefined;
  /** ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdate?: Expression | undefined;
  /** DEFAULT is written, perhaps as NULL. */
  readonly defaultWritten?: true | undefined;
  /** NULL or NOT NULL is written. */
  readonly nullWritten?: true | undefined;
  /** INVISIBLE gives false, VISIBLE true. */
  readonly visible?: boolean | undefined;
  /** MariaDB: WITH or WITHOUT SYSTEM VERSIONING. */
  readonly versioned?: boolean | undefined;
  /** MariaDB: GENERATED ALWAYS AS ROW START or END. */
  readonly row?: "start" | "end" | undefined;
  /** Lower case, as written: `storage disk`, `column_format fixed`, `compressed`, `srid 4326`, `ref_system_id = 1`. */
  readonly attributes?: readonly string[] | undefined;
}

/** MySQL: a partition of PARTITION BY, ADD and REORGANIZE. */
export interface PartitionDefinition {
  readonly name: Name;
  /** `LESS THAN (10)`, `IN (1, 2)`, as written; undefined: none. */
  readonly values?: string | undefined;
  readonly options: readonly StorageParameter[];
  readonly subpartitions: readonly Name[];
}

export interface PartitionKey {
  /** MySQL: RANGE COLUMNS is `range`, LINEAR HASH `hash`; `key` and MariaDB's `system time` are its own. */
  readonly strategy: "range" | "list" | "hash" | "key" | "system time";
  /** Plain columns of the key that are known, folded. */
  readonly columns: readonly string[];
  /** Key parts that are expressions. */
  readonly expressions: readonly Expression[];
  /** MySQL: RANGE COLUMNS, LIST COLUMNS. */
  readonly columnsForm?: true | undefined;
  /** MySQL: LINEAR. */
  readonly linear?: true | undefined;
  /** MySQL: PARTITIONS n, or the number of those that are written. */
  readonly count?: number | undefined;
  readonly partitions?: readonly PartitionDefinition[] | undefined;
  readonly subpartitionBy?: PartitionKey | undefined;
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
  /** WITH; MySQL's table options. */
  readonly options?: readonly StorageParameter[] | undefined;
  /** MariaDB: CREATE OR REPLACE. */
  readonly orReplace?: true | undefined;
  /** MariaDB: WITH SYSTEM VERSIONING. */
  readonly systemVersioned?: true | undefined;
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
/** MariaDB: RENAME COLUMN IF EXISTS, ALTER COLUMN IF EXISTS. */
interface Guarded {
  readonly columnIfExists?: true | undefined;
}

export interface DropTable extends OnTable<"dropTable"> {
  readonly cascade: boolean;
  /** DROP FOREIGN TABLE. */
  readonly foreign: boolean;
  /** MySQL: DROP TEMPORARY TABLE. */
  readonly temporary?: true | undefined;
}
export interface RenameTable extends OnTable<"renameTable"> {
  /** MySQL: `TO other.t`, folded; undefined: the database of USE, also where the table was in another. */
  readonly toSchema?: string | undefined;
  /** MySQL: RENAME TABLE, not ALTER TABLE. */
  readonly command?: "rename table" | undefined;
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
export interface RenameColumn extends OnColumn<"renameColumn">, Guarded {
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
export interface SetDefault extends OnColumn<"setDefault">, Guarded {
  readonly expression: Expression;
}
export interface DropDefault extends OnColumn<"dropDefault">, Guarded {}
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
  /** Name of its sequence, where it isn't left to the server. */
  readonly sequenceName?: string | undefined;
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
  readonly option: "statistics" | "storage" | "compression" | "options" | "visibility";
  /** Of storage, compression and visibility (`visible`, `invisible`): what is set, in lower case. */
  readonly value?: string | undefined;
  readonly options?: readonly StorageParameter[] | undefined;
}

/** MySQL: MODIFY and CHANGE. The definition replaces the old one: what it doesn't say is gone. */
export interface RedefineColumn extends OnColumn<"redefineColumn"> {
  readonly form: "modify" | "change";
  /** Its name is the new one: CHANGE renames where it differs from `column`. */
  readonly definition: ColumnDefinition;
  /** MariaDB: MODIFY COLUMN IF EXISTS. */
  readonly columnIfExists?: true | undefined;
}
/** MySQL: CONVERT TO CHARACTER SET; `charset` undefined: DEFAULT. Lower case. */
export interface ConvertCharset extends OnTable<"convertCharset"> {
  readonly charset?: string | undefined;
  readonly collation?: string | undefined;
}
/** MySQL: ALTER TABLE … FORCE, OPTIMIZE TABLE. (ENGINE = the same is a table option.) */
export interface ForceRebuild extends OnTable<"forceRebuild"> {
  readonly command: "force" | "optimize";
}
/** MySQL: ALTER TABLE … ORDER BY. */
export interface OrderRows extends OnTable<"orderRows"> {
  readonly columns: readonly Name[];
}
/** MySQL: ALTER TABLE … PARTITION and its kin; `partition by` makes or remakes them. */
export interface AlterPartitions extends OnTable<"alterPartitions"> {
  readonly change:
    | "partition by"
    | "remove partitioning"
    | "add"
    | "drop"
    | "truncate"
    | "reorganize"
    | "coalesce"
    | "exchange"
    | "rebuild"
    | "optimize"
    | "analyze"
    | "check"
    | "repair"
    | "discard"
    | "import"
    | "convert";
  /** Those named; undefined: ALL, or none are named. */
  readonly partitions?: readonly Name[] | undefined;
  /** Of add and reorganize. */
  readonly definitions?: readonly PartitionDefinition[] | undefined;
  /** Of partition by. */
  readonly key?: PartitionKey | undefined;
  /** Of coalesce, and of add with PARTITIONS n. */
  readonly count?: number | undefined;
  /** Of exchange and convert: the table. */
  readonly with?: QualifiedName | undefined;
  /** MariaDB: CONVERT TABLE … TO PARTITION, not CONVERT PARTITION … TO TABLE. */
  readonly fromTable?: true | undefined;
  /** MariaDB: IF [NOT] EXISTS. */
  readonly guarded?: true | undefined;
}
/** MariaDB: ADD or DROP SYSTEM VERSIONING, ADD or DROP PERIOD FOR SYSTEM_TIME (or an application's period). */
export interface SetSystemVersioning extends OnTable<"setSystemVersioning"> {
  readonly change: "add" | "drop" | "add period" | "drop period";
  /** Of the periods: `system_time`, folded. */
  readonly period?: string | undefined;
}
/** MySQL: what ALTER TABLE can switch. */
export interface SetTableState extends OnTable<"setTableState"> {
  readonly state:
    | "enable keys"
    | "disable keys"
    | "discard tablespace"
    | "import tablespace"
    | "secondary load"
    | "secondary unload";
}

export type TableOperation =
  | RedefineColumn
  | ConvertCharset
  | ForceRebuild
  | OrderRows
  | AlterPartitions
  | SetSystemVersioning
  | SetTableState
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
