import type { Expression, QueryFacts } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { ColumnType } from "../types.ts";
import type { Span } from "../../text/span.ts";
import type { OperationBase, StorageParameter } from "./base.ts";
import type { IndexOperation } from "./indexes.ts";
import type { Operation } from "../operation.ts";
import type { OnTable } from "./table.ts";

export interface CreateView extends OperationBase<"createView"> {
  readonly view: QualifiedName;
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly materialized: boolean;
  /** Materialized only. */
  readonly ifNotExists: boolean;
  readonly withNoData: boolean;
  /** Given after the name; else see `query.output`. */
  readonly columns: readonly string[];
  readonly query: QueryFacts;
  /** The query as it is written, where the front end keeps it. */
  readonly definition?: string | undefined;
  readonly securityInvoker: boolean;
}
export interface DropView extends OperationBase<"dropView"> {
  readonly view: QualifiedName;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
export interface RenameView extends OperationBase<"renameView"> {
  readonly view: QualifiedName;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly to: Name;
}
/** SET (…), ALTER COLUMN SET DEFAULT, … of a view. */
export interface AlterView extends OperationBase<"alterView"> {
  readonly view: QualifiedName;
  readonly materialized: boolean;
  /** SET (security_invoker = …); RESET gives false. */
  readonly securityInvoker?: boolean | undefined;
  /** Undefined: anything else. */
  readonly change?: "options" | "statistics" | "cluster" | "tablespace" | "access method" | undefined;
}
export interface RefreshView extends OperationBase<"refreshView"> {
  readonly view: QualifiedName;
  readonly concurrently: boolean;
  readonly withNoData: boolean;
  /** Just after the keyword VIEW. */
  readonly afterKeyword: number;
}

export interface CreateSequence extends OperationBase<"createSequence"> {
  readonly sequence: QualifiedName;
  readonly ifNotExists: boolean;
  /** MariaDB. */
  readonly orReplace?: true | undefined;
  readonly temporary: boolean;
  readonly unlogged?: true | undefined;
  /** AS smallint, integer, bigint; undefined: nothing is said, so bigint. */
  readonly type?: string | undefined;
  readonly ownedBy?: { readonly table: QualifiedName; readonly column: string } | undefined;
}
export interface AlterSequence extends OperationBase<"alterSequence"> {
  readonly sequence: QualifiedName;
  readonly ifExists: boolean;
  /** AS smallint, integer, bigint. */
  readonly type?: string | undefined;
  readonly ownedBy?: { readonly table: QualifiedName; readonly column: string } | "none" | undefined;
  /** SET LOGGED, SET UNLOGGED. */
  readonly logged?: boolean | undefined;
}
export interface DropSequence extends OperationBase<"dropSequence"> {
  readonly sequence: QualifiedName;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateType extends OperationBase<"createType"> {
  readonly type: QualifiedName;
  readonly form: "enum" | "composite" | "range" | "base" | "shell";
  /** Of an enum. */
  readonly labels: readonly string[];
  /** Of a composite type. */
  readonly attributes: readonly { readonly name: string; readonly type: ColumnType }[];
}
export interface AddEnumValue extends OperationBase<"addEnumValue"> {
  readonly type: QualifiedName;
  readonly label: string;
  readonly ifNotExists: boolean;
  readonly neighbour?: { readonly label: string; readonly after: boolean } | undefined;
}
export interface RenameEnumValue extends OperationBase<"renameEnumValue"> {
  readonly type: QualifiedName;
  readonly label: string;
  readonly to: string;
}
/** ADD, DROP, ALTER ATTRIBUTE of a composite type. */
export interface AlterCompositeType extends OperationBase<"alterCompositeType"> {
  readonly type: QualifiedName;
  readonly change: "add" | "drop" | "type";
  readonly attribute: Name;
  /** DROP ATTRIBUTE IF EXISTS. */
  readonly attributeIfExists?: true | undefined;
  readonly attributeType?: ColumnType | undefined;
  readonly cascade: boolean;
}
export interface DropType extends OperationBase<"dropType"> {
  readonly type: QualifiedName;
  readonly domain: boolean;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
export interface DomainConstraint {
  readonly name?: string | undefined;
  readonly expression: Expression;
  readonly notValid: boolean;
}
export interface CreateDomain extends OperationBase<"createDomain"> {
  readonly domain: QualifiedName;
  readonly type: ColumnType;
  readonly notNull: boolean;
  readonly default?: Expression | undefined;
  readonly checks: readonly DomainConstraint[];
}
export interface AlterDomain extends OperationBase<"alterDomain"> {
  readonly domain: QualifiedName;
  readonly change:
    | "set default"
    | "drop default"
    | "set not null"
    | "drop not null"
    | "add constraint"
    | "drop constraint"
    | "validate constraint"
    | "rename constraint";
  /** Of "add constraint" with CHECK; NOT NULL as a constraint is "set not null". */
  readonly check?: DomainConstraint | undefined;
  /** Of "set not null": it is written as a constraint. */
  readonly asConstraint?: true | undefined;
  /** Of the constraint dropped, validated or renamed. */
  readonly constraint?: string | undefined;
  /** DROP CONSTRAINT IF EXISTS. */
  readonly constraintIfExists?: true | undefined;
  /** Of "rename constraint". */
  readonly to?: string | undefined;
}

export interface Parameter {
  readonly name?: string | undefined;
  readonly type: ColumnType;
  readonly mode: "in" | "out" | "inout" | "variadic" | "table";
  readonly hasDefault: boolean;
}
export interface CreateFunction extends OperationBase<"createFunction"> {
  /** MySQL 8.0.29, MariaDB. */
  readonly ifNotExists?: true | undefined;
  readonly function: QualifiedName;
  readonly procedure: boolean;
  readonly orReplace: boolean;
  readonly parameters: readonly Parameter[];
  readonly returns?: ColumnType | undefined;
  readonly returnsSet: boolean;
  /** Lower case: `sql`, `plpgsql`, … */
  readonly language: string;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly securityDefiner: boolean;
  /** SET clauses: names in lower case. */
  readonly settings: readonly string[];
  /** The text between the dollar quotes (or of the SQL-standard body). */
  readonly body?: { readonly span: Span; readonly text: string } | undefined;
  /** What the body does when it is called; replayed at a call only. */
  readonly operations: readonly Operation[];
  /** What the body's statements read and write. */
  readonly uses: QueryFacts;
  /** SQL-standard body (BEGIN ATOMIC, RETURN): its dependencies are tracked by the server. */
  readonly atomic: boolean;
}
export interface AlterFunction extends OperationBase<"alterFunction"> {
  readonly function: QualifiedName;
  /** SECURITY DEFINER gives true, INVOKER false; undefined: nothing is said. */
  readonly securityDefiner?: boolean | undefined;
  /** SET clauses: names in lower case. */
  readonly settings?: readonly string[] | undefined;
}
export interface DropFunction extends OperationBase<"dropFunction"> {
  readonly function: QualifiedName;
  /** Argument types if given; undefined: by name alone. */
  readonly arguments?: readonly string[] | undefined;
  readonly object: "function" | "procedure" | "routine" | "aggregate";
  readonly ifExists: boolean;
  readonly cascade: boolean;
}

export interface CreateTrigger extends OnTable<"createTrigger"> {
  readonly name: Name;
  readonly orReplace: boolean;
  readonly constraint: boolean;
  readonly timing: "before" | "after" | "instead of";
  readonly events: readonly ("insert" | "update" | "delete" | "truncate")[];
  /** UPDATE OF columns. */
  readonly updateOf: readonly Name[];
  readonly when?: Expression | undefined;
  readonly forEachRow: boolean;
  /** Of a constraint trigger: FROM, the table that the constraint refers to. */
  readonly references?: QualifiedName | undefined;
  /** Undefined: it has a body of its own (MySQL). */
  readonly function?: QualifiedName | undefined;
  readonly body?: { readonly span: Span; readonly text: string } | undefined;
  /** Of the body: what it does each time, and what it reads and writes. */
  readonly operations?: readonly Operation[] | undefined;
  readonly uses?: QueryFacts | undefined;
  /** MariaDB: IF NOT EXISTS. */
  readonly ifNotExists?: true | undefined;
}
/** MySQL doesn't say of which table: there it is a `dropObject`. */
export interface DropTrigger extends OnTable<"dropTrigger"> {
  readonly name: Name;
  readonly cascade: boolean;
}
export interface CreatePolicy extends OnTable<"createPolicy"> {
  readonly name: Name;
  readonly using?: Expression | undefined;
  readonly withCheck?: Expression | undefined;
  readonly permissive: boolean;
  /** FOR. */
  readonly command: "all" | "select" | "insert" | "update" | "delete";
  /** TO; `public`, `current_user` and the like in lower case. */
  readonly roles: readonly string[];
}
export interface AlterPolicy extends OnTable<"alterPolicy"> {
  readonly name: Name;
  /** TO; undefined: they stay. */
  readonly roles?: readonly string[] | undefined;
  readonly using?: Expression | undefined;
  readonly withCheck?: Expression | undefined;
}
export interface DropPolicy extends OnTable<"dropPolicy"> {
  readonly name: Name;
}
export interface CreateRule extends OnTable<"createRule"> {
  readonly name: Name;
  readonly orReplace: boolean;
  readonly onSelect?: true | undefined;
  /** What its actions read, and the relations that they write. */
  readonly query?: QueryFacts | undefined;
  readonly writes?: readonly QualifiedName[] | undefined;
}
export interface DropRule extends OnTable<"dropRule"> {
  readonly name: Name;
  readonly cascade: boolean;
}

export interface CreateSchema extends OperationBase<"createSchema"> {
  /** The word AUTHORIZATION, where the schema has no name but that of its owner. */
  readonly authorization?: Span | undefined;
  readonly schema: Name;
  readonly ifNotExists: boolean;
  /** MySQL: `charset`, `collate`, `encryption`. */
  readonly options?: readonly StorageParameter[] | undefined;
}
export interface DropSchema extends OperationBase<"dropSchema"> {
  readonly schema: Name;
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
export interface CreateExtension extends OperationBase<"createExtension"> {
  /** Written as CREATE LANGUAGE, which has no IF NOT EXISTS. */
  readonly asLanguage?: true | undefined;
  readonly extension: Name;
  readonly schema?: string | undefined;
  readonly version?: string | undefined;
  readonly ifNotExists: boolean;
}
export interface CreateStatistics extends OperationBase<"createStatistics"> {
  readonly name?: QualifiedName | undefined;
  readonly table: QualifiedName;
  readonly ifNotExists?: true | undefined;
  /** Plain columns, folded. */
  readonly columns: readonly string[];
  /** Number of its expressions. */
  readonly expressions: number;
}

/** Objects without an operation of their own; names as in the manual's commands, lower case. */
export const objectClasses = [
  "access method",
  "aggregate",
  "cast",
  "collation",
  "constraint",
  "conversion",
  "database",
  "domain",
  "event",
  "event trigger",
  "extension",
  "foreign data wrapper",
  "foreign table",
  "function",
  "index",
  "language",
  "large object",
  "materialized view",
  "operator",
  "operator class",
  "operator family",
  "parameter",
  "policy",
  "procedure",
  "publication",
  "role",
  "routine",
  "rule",
  "schema",
  "sequence",
  "server",
  "statistics",
  "subscription",
  "system",
  "table",
  "tablespace",
  "text search configuration",
  "text search dictionary",
  "text search parser",
  "text search template",
  "transform",
  "trigger",
  "type",
  "user mapping",
  "view",
  "column",
] as const;
export type ObjectClass = (typeof objectClasses)[number];

interface OnObject<K extends string> extends OperationBase<K> {
  readonly object: ObjectClass;
  readonly name?: QualifiedName | undefined;
  /** Relations that the object is about: a publication's tables, a trigger's table, … */
  readonly relations: readonly QualifiedName[];
}
export interface CreateObject extends OnObject<"createObject"> {
  /** Of an event trigger. */
  readonly function?: QualifiedName | undefined;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** Upper-case options that matter to effects: `SUPERUSER`, `connect=false`, `FOR ALL TABLES`. */
  readonly options: readonly string[];
  /** Where a password is written out: of a role, user mapping, server or subscription. */
  readonly secret?: Span | undefined;
}
export interface AlterObject extends OnObject<"alterObject"> {
  readonly options: readonly string[];
  /** As of CreateObject; also the value of a setting whose name speaks of a secret. */
  readonly secret?: Span | undefined;
}
export interface DropObject extends OnObject<"dropObject"> {
  readonly ifExists: boolean;
  readonly cascade: boolean;
}
/** RENAME of what has no rename operation of its own (type, function, sequence, trigger, policy, schema, …). */
export interface RenameObject extends OnObject<"renameObject"> {
  readonly to: Name;
}
/** SET SCHEMA of what is no table. */
export interface SetObjectSchema extends OnObject<"setObjectSchema"> {
  readonly to: Name;
}
export interface ChangeOwner extends OnObject<"changeOwner"> {
  readonly owner: string;
}
export interface Comment extends OnObject<"comment"> {
  /** Of a column, trigger, constraint, policy, rule: its own name; its relation is in `relations[0]`. */
  readonly member?: Name | undefined;
  /** Undefined: IS NULL. */
  readonly text?: string | undefined;
}
export interface Grant extends OnObject<"grant"> {
  /** Upper case; `ALL` for ALL PRIVILEGES. A granted role's name for role membership. */
  readonly privileges: readonly string[];
  readonly grantees: readonly string[];
  /** Argument types of a function, if given. */
  readonly arguments?: readonly string[] | undefined;
  /** Of functions, procedures and aggregates: each one that is named. */
  readonly routines?: readonly {
    readonly name: QualifiedName;
    readonly arguments?: readonly string[] | undefined;
  }[];
  /** `SELECT (a, b)`: the columns, folded. */
  readonly columns?: readonly string[] | undefined;
  /** ON ALL … IN SCHEMA: the schemas. */
  readonly inSchemas: readonly string[];
  /** MySQL: `*.*` gives `*`; else empty. */
  readonly everywhere?: true | undefined;
  readonly revoke: boolean;
  /** ALTER DEFAULT PRIVILEGES. */
  readonly defaults: boolean;
  /** MySQL before 8.0 and MariaDB: the password of IDENTIFIED BY. */
  readonly secret?: Span | undefined;
}

export type ObjectOperation =
  | IndexOperation
  | CreateView
  | DropView
  | RenameView
  | AlterView
  | RefreshView
  | CreateSequence
  | AlterSequence
  | DropSequence
  | CreateType
  | AddEnumValue
  | RenameEnumValue
  | AlterCompositeType
  | DropType
  | CreateDomain
  | AlterDomain
  | CreateFunction
  | AlterFunction
  | DropFunction
  | CreateTrigger
  | DropTrigger
  | CreatePolicy
  | AlterPolicy
  | DropPolicy
  | CreateRule
  | DropRule
  | CreateSchema
  | DropSchema
  | CreateExtension
  | CreateStatistics
  | CreateObject
  | AlterObject
  | DropObject
  | RenameObject
  | SetObjectSchema
  | ChangeOwner
  | Comment
  | Grant;
