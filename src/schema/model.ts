/**
 * What the schema holds: immutable values, shared between the schemas of neighbouring steps.
 * `Schema` (schema.ts) finds them; `apply` (apply.ts) makes the next schema; `diff` (diff.ts) compares two.
 */
import type { Expression, QueryFacts } from "../model/expression.ts";
import type { Key } from "../model/names.ts";
import type { CreateFunction, CreateTrigger, IndexElement, MysqlColumn, MysqlIndex, PartitionBound, PartitionKey } from "../model/operation.ts";
import type { ColumnType } from "../model/types.ts";
import type { Span } from "../text/span.ts";

/** The statement that made or changed something. */
export interface Origin {
  /** Position of the migration in the history, from 0; -1 for a snapshot. */
  readonly migration: number;
  /** Path of its file as shown to the user. */
  readonly path: string;
  readonly span: Span;
}

/**
 * Present; absent: dropped or renamed before (by `dropped`), or nothing created it in a closed history;
 * unknown: everything else. Never test for truthiness, compare `is`.
 */
export type Lookup<T> =
  | { readonly is: "present"; readonly value: T }
  | { readonly is: "absent"; readonly dropped?: Origin | undefined }
  | { readonly is: "unknown" };

export type Tri = "yes" | "no" | "unknown";

export interface Column {
  readonly name: string;
  /** MySQL: in its author's letters, where folding changed them; for messages. */
  readonly written?: string | undefined;
  /** Undefined: not known (of a view, or of a table created outside of the history). */
  readonly type?: ColumnType | undefined;
  readonly notNull: Tri;
  readonly hasDefault: Tri;
  readonly default?: Expression | undefined;
  /** Types of the history that the default is cast from: those that the column had when it was set. */
  readonly defaultCasts?: readonly ColumnType[] | undefined;
  readonly generated?: { readonly expression: Expression; readonly stored: boolean } | undefined;
  readonly identity?: "always" | "by default" | undefined;
  readonly serial: boolean;
  readonly collation?: string | undefined;
  /** MySQL: of a string column, its own or that of its table when it was made; undefined: the server's default. */
  readonly charset?: string | undefined;
  /** MySQL: what else its definition says. */
  readonly mysql?: MysqlColumn | undefined;
  /** Text of COMMENT ON COLUMN, and where it was said. */
  readonly comment?: { readonly text: string; readonly origin: Origin } | undefined;
  /** Earlier names with the statement that renamed it, oldest first. */
  readonly renamedFrom: readonly { readonly name: string; readonly origin: Origin }[];
  readonly origin: Origin;
  /** Of a table that isn't known wholly: a statement that uses it showed that it is there, and `origin` is that one. */
  readonly learned?: true | undefined;
  /** Inherited from a parent (partition or INHERITS). */
  readonly inherited: boolean;
}

interface ConstraintBase {
  /** As written, or as the server makes it up. */
  readonly name: string;
  /** MySQL: in its author's letters, where folding changed them; for messages. */
  readonly written?: string | undefined;
  /** It has either this name or `name`: see `ToolCall.conventional`. */
  readonly orElse?: string | undefined;
  readonly validated: boolean;
  readonly enforced: boolean;
  /** DEFERRABLE: a session may have it checked at COMMIT. */
  readonly deferrable?: true | undefined;
  readonly origin: Origin;
  /** Inherited from a partitioned or parent table. */
  readonly inherited: boolean;
}
export interface KeyConstraint extends ConstraintBase {
  readonly kind: "primary key" | "unique" | "exclusion";
  readonly columns: readonly string[];
  /** Name of the index below it, in the table's schema. */
  readonly index: string;
}
export interface ForeignKey extends ConstraintBase {
  readonly kind: "foreign key";
  readonly columns: readonly string[];
  readonly references: Key;
  /** Resolved to the referenced primary key where none are written; empty if that is unknown. */
  readonly referencedColumns: readonly string[];
  readonly onDelete?: string | undefined;
  readonly onUpdate?: string | undefined;
  /** Those that ON DELETE sets; undefined: all of them. */
  readonly onDeleteColumns?: readonly string[] | undefined;
  /** INITIALLY DEFERRED: it is checked at COMMIT. */
  readonly deferred?: true | undefined;
}
export interface Check extends ConstraintBase {
  readonly kind: "check";
  readonly expression: Expression;
  readonly noInherit: boolean;
  /** MariaDB: the column whose definition it is a part of, so that it goes and is replaced with that. */
  readonly ofColumn?: string | undefined;
}
/** A NOT NULL with a name or not yet validated (18). The column's own `notNull` says whether it holds. */
export interface NotNull extends ConstraintBase {
  readonly kind: "not null";
  readonly column: string;
}
export type Constraint = KeyConstraint | ForeignKey | Check | NotNull;

export interface Index {
  /** MySQL: the key of its table, as the names of indexes are its own. */
  readonly schema: string;
  readonly name: string;
  /** MySQL: in its author's letters, where folding changed them; for messages. */
  readonly written?: string | undefined;
  readonly table: Key;
  readonly unique: boolean;
  readonly method: string;
  readonly elements: readonly IndexElement[];
  readonly include: readonly string[];
  readonly where?: Expression | undefined;
  readonly nullsNotDistinct: boolean;
  /** False: ON ONLY a partitioned table, not all partitions attached. */
  readonly valid: boolean;
  /** Name of the constraint that owns it. */
  readonly constraint?: string | undefined;
  /** Key of the partitioned index that it is attached to. */
  readonly parent?: Key | undefined;
  /** After RENAME COLUMN: the columns' part of the name of a copy (LIKE, partitions), which keeps the old names. */
  readonly copiedAs?: string | undefined;
  /** MySQL: what its definition says of it. */
  readonly mysql?: MysqlIndex | undefined;
  /** MySQL: made for a foreign key; one that covers its columns takes its place silently. */
  readonly implicit?: true | undefined;
  readonly origin: Origin;
}

export interface Trigger {
  readonly name: string;
  /** MySQL: in its author's letters, where folding changed them; for messages. */
  readonly written?: string | undefined;
  /** Undefined: it has a body of its own. */
  readonly function?: Key | undefined;
  /** MySQL: the text of that body. */
  readonly body?: string | undefined;
  readonly updateOf: readonly string[];
  readonly timing: CreateTrigger["timing"];
  readonly events: CreateTrigger["events"];
  /** A copy of that of the partitioned table above. */
  readonly inherited?: true | undefined;
  readonly when?: Expression | undefined;
  readonly origin: Origin;
}
export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: "all" | "select" | "insert" | "update" | "delete";
  readonly roles: readonly string[];
  readonly using?: Expression | undefined;
  readonly withCheck?: Expression | undefined;
  readonly origin: Origin;
}

/** CREATE PUBLICATION, as far as the history knows it. */
export interface Publication {
  readonly name: string;
  /** FOR ALL TABLES. */
  readonly everything: boolean;
  /** FOR TABLES IN SCHEMA. */
  readonly schemas: readonly string[];
  /** It sends UPDATE or DELETE; what it sends isn't said: it does. */
  readonly changes: boolean;
}

/** A statement that leaves a table without rows, or only succeeds where it has none. */
export interface Emptied {
  /** `required`: a column that has to hold a value, and no row would get one; or what refuses a table that has rows. */
  readonly by: "TRUNCATE" | "DELETE" | "required";
  readonly origin: Origin;
}

/** A table, view, materialized view, foreign table or sequence: one name space (manual, section 5.10). */
export interface Relation {
  readonly key: Key;
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "view" | "materialized view" | "foreign table" | "sequence";
  readonly columns: readonly Column[];
  /** True: `columns`, `constraints` and its indexes are all that it has. False: created outside of the history. */
  readonly complete: boolean;
  /** Columns surely not there although the table is not complete: dropped or renamed before. */
  readonly droppedColumns: readonly { readonly name: string; readonly origin: Origin }[];
  readonly droppedConstraints: readonly { readonly name: string; readonly origin: Origin }[];
  readonly constraints: readonly Constraint[];
  readonly triggers: readonly Trigger[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly accessMethod?: string | undefined;
  /** MySQL: table options by their names in lower case: `engine`, `row_format`, `charset`, `collate`… */
  readonly tableOptions?: Readonly<Record<string, string>> | undefined;
  /** MariaDB: WITH SYSTEM VERSIONING. */
  readonly systemVersioned?: true | undefined;
  /** MySQL: a FULLTEXT index has been made, so that each row has the hidden column FTS_DOC_ID. */
  readonly documentIds?: true | undefined;
  /** Name of the index that CLUSTER goes by. */
  readonly clusteredOn?: string | undefined;
  /** Parameters by which ALTER TABLE has switched autovacuum off, for the table and what it keeps aside. */
  readonly vacuumOff?: readonly string[] | undefined;
  /** What REVOKE has taken on the table as a whole, as `UPDATE authenticated`: INSERT and UPDATE alone. */
  readonly revoked?: readonly string[] | undefined;
  /** By OWNER TO; undefined: whoever made it. */
  readonly owner?: string | undefined;
  /** Publications that name it. */
  readonly publications?: readonly string[] | undefined;
  /** By REPLICA IDENTITY; undefined: the primary key. */
  readonly replicaIdentity?: "full" | "nothing" | { readonly index: string } | undefined;
  /** Names of its rules. */
  readonly rules?: readonly string[] | undefined;
  /** CREATE STATISTICS. */
  readonly statistics?: readonly { readonly key: Key; readonly columns: readonly string[] }[] | undefined;
  readonly partitionBy?: PartitionKey | undefined;
  /** TimescaleDB keeps its rows in chunks: each unique key must hold the column of time, and CONCURRENTLY is refused. */
  readonly hypertable?: true | undefined;
  /** Parent and bound, if it is a partition. */
  readonly partitionOf?: { readonly parent: Key; readonly bound: PartitionBound } | undefined;
  /** Partitions, the default one last, or tables that inherit. */
  readonly children: readonly Key[];
  /** INHERITS. */
  readonly parents: readonly Key[];
  /** OF a composite type. */
  readonly ofType?: Key | undefined;
  /** Of a view: what it reads, names resolved (`relations` and `columns[].table` carry the schema). */
  readonly query?: QueryFacts | undefined;
  /** Of a view: its query as it is written; undefined where what it reads has another name now. */
  readonly definition?: string | undefined;
  /** Of a view: its query is run with the privileges of who asks. */
  readonly securityInvoker?: boolean | undefined;
  /** Of a sequence: `smallint`, `integer`, `bigint`; undefined: none is written, so bigint. */
  readonly sequenceType?: string | undefined;
  /** Of a sequence: the position of the last migration that has set its next number. */
  readonly renumbered?: number | undefined;
  /** Of a sequence: the column that owns it. */
  readonly ownedBy?: { readonly table: Key; readonly column: string } | undefined;
  /** Rows were loaded by INSERT…SELECT, COPY or CREATE TABLE AS; `created here` no longer means empty. */
  readonly loaded: boolean;
  /** All of these came by INSERT … SELECT from these tables, whose `changes` were then these. */
  readonly derivedFrom?: readonly { readonly key: Key; readonly changes: number | undefined }[] | undefined;
  /** How often values or rows of it have been changed or deleted. */
  readonly changes?: number | undefined;
  /** CREATE TABLE AS has copied all rows of this table, and nothing else. */
  readonly copyOf?: Key | undefined;
  /** So many rows the history has written by INSERT … VALUES. */
  readonly seeded?: number | undefined;
  /** The newest statement after which it has no row: see `Emptied`. What has filled it since, `loaded` says. */
  readonly emptied?: Emptied | undefined;
  /** The schema knows that a view is populated (materialized, WITH DATA). */
  readonly populated: boolean;
  readonly comment?: { readonly text: string; readonly origin: Origin } | undefined;
  readonly renamedFrom: readonly { readonly name: string; readonly origin: Origin }[];
  /** Undefined: created outside of the history. */
  readonly origin?: Origin | undefined;
  /**
   * IF NOT EXISTS created it, unless it was there before the history. `asked`: the migration asks so before a plain CREATE
   * TABLE, which is there to make it.
   */
  readonly maybeOlder?: true | "asked" | undefined;
  /** `kind` is only likely: statements use something of this name, and nothing that is certain to have run made it. */
  readonly unsureKind?: true | undefined;
}

/** Undefined: it may be another. */
export const knownKind = (relation: Relation | undefined): Relation["kind"] | undefined =>
  relation?.unsureKind === true ? undefined : relation?.kind;

export interface UserType {
  readonly schema: string;
  readonly name: string;
  readonly form: "enum" | "composite" | "range" | "base" | "shell" | "domain";
  /** Enum labels in their order, with the statement that added each. */
  readonly labels: readonly { readonly label: string; readonly origin: Origin }[];
  readonly attributes: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Of a domain. */
  readonly base?: ColumnType | undefined;
  readonly notNull: boolean;
  /** Of a domain: columns without a default of their own take its. */
  readonly hasDefault?: boolean | undefined;
  readonly default?: Expression | undefined;
  readonly checks: readonly { readonly name: string; readonly expression: Expression; readonly validated: boolean }[];
  readonly complete: boolean;
  readonly origin?: Origin | undefined;
}

export interface Routine {
  readonly schema: string;
  readonly name: string;
  readonly definition: CreateFunction;
  /** By ALTER FUNCTION since: it has a search_path of its own, or isn't SECURITY DEFINER any more. */
  readonly secured?: true | undefined;
  readonly origin: Origin;
}

/**
 * Who may call a routine, as far as statements name the role (`public`: everybody). True: EXECUTE is granted to it; false: it
 * is revoked from it. Under `(unknown)` it is true once a text that isn't known may have granted or revoked it.
 */
export type Executes = Readonly<Record<string, boolean>>;

/** Something that uses a relation, column, type or function, and how. */
export interface Dependent {
  readonly kind:
    | "view"
    | "materialized view"
    | "foreign key"
    | "function"
    | "trigger"
    | "policy"
    | "generated column"
    | "check"
    | "index"
    | "column default"
    | "column"
    | "partition key"
    | "partition"
    | "child table";
  /** For messages: `view order_summary`, `foreign key orders_customer_id_fkey of orders`. */
  readonly text: string;
  /** What it is called in its relation, folded: `orders_customer_id_fkey`. */
  readonly member?: string | undefined;
  /** A column of an array of the type. */
  readonly nested?: true | undefined;
  /** The relation that it is or belongs to; undefined for a function. */
  readonly relation?: Key | undefined;
  /**
   * What happens to it when the object is dropped without CASCADE: the server refuses; it goes along silently
   * (an index on a dropped column); or it is left and breaks when it runs (a function body).
   */
  readonly onDrop: "refuses" | "goes along" | "breaks later";
  readonly origin?: Origin | undefined;
  /** A text that was built when it ran, or a condition, leaves open whether it is still there. */
  readonly unsure?: true | undefined;
}

/** One difference found by `diff`, e.g. `{ object: "column users.phone", left: "text", right: undefined }`. */
export interface Difference {
  readonly change: "missing" | "extra" | "changed";
  /** `table`, `column`, `index`, `constraint`, `view`, `function`, `type`, `sequence`, `trigger`, `policy`, … */
  readonly object: string;
  /** For messages: `column users.phone`. */
  readonly text: string;
  /** The table that it is, or that it belongs to. */
  readonly table?: Key | undefined;
  /** Of `extra`: on a table that isn't known as a whole; that it wasn't there before, its statement says. */
  readonly surelyMade?: true | undefined;
  /** Of `changed`: what differs, `type: varchar(20) instead of text`. */
  readonly detail?: string | undefined;
  /** Of `extra`: the statement that made it replaces one that is there (CREATE OR REPLACE), so that it can run again. */
  readonly replaced?: true | undefined;
  /** Of a constraint or an index that is missing or extra: one that is otherwise the same has another name. */
  readonly onlyName?: true | undefined;
  /** Of `changed`: NOT NULL of a column that is added again to a table with rows, whose values and default are gone. */
  readonly lostNotNull?: true | undefined;
  /** Of `changed`: a default that fills the rows of a NOT NULL column that is added again, which had none. */
  readonly filledByDefault?: true | undefined;
  /** Of `changed`: a NOT NULL that a primary key has brought and that stays when the key is dropped. */
  readonly keptNotNull?: true | undefined;
  /**
   * Of `extra`: what the migration leaves as it is where it runs again; it refuses nothing, and nothing expires by it. Of
   * `changed`: ON UPDATE of a foreign key, as keys hardly ever change, and the migration runs again.
   */
  readonly harmless?: true | undefined;
}
