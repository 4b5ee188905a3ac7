import type { QueryFacts } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { Span } from "../../text/span.ts";
import type { OperationBase, StorageParameter } from "./base.ts";

/** BEGIN, START TRANSACTION. */
export type Begin = OperationBase<"begin">;
/** COMMIT, END; PREPARE TRANSACTION, COMMIT PREPARED are `utility`. */
export interface Commit extends OperationBase<"commit"> {
  /** AND CHAIN: a new transaction begins. */
  readonly chain: boolean;
}
export interface Rollback extends OperationBase<"rollback"> {
  readonly chain: boolean;
}
export interface Savepoint extends OperationBase<"savepoint"> {
  readonly action: "set" | "release" | "rollback";
  readonly name: string;
}
/** SET, RESET, set_config(): `name` in lower case, `all` for RESET ALL and DISCARD ALL. */
export interface SetOption extends OperationBase<"setOption"> {
  readonly name: string;
  /** As written without quotes, lists joined by `, `; undefined: reset to the default. */
  readonly value?: string | undefined;
  readonly local: boolean;
  /** MySQL: undefined is SESSION; `@x` are the user's own, their name begins with @. */
  readonly scope?: "global" | "persist" | "persist_only" | "user" | undefined;
}
/** MySQL: USE. */
export interface UseSchema extends OperationBase<"useSchema"> {
  readonly schema: Name;
}
export interface ColumnsOf {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
}
export interface Vacuum extends OperationBase<"vacuum"> {
  readonly options: readonly StorageParameter[];
  /** `t (a, b)`, folded. */
  readonly columns?: readonly ColumnsOf[] | undefined;
  /** Empty: every table. */
  readonly tables: readonly QualifiedName[];
  readonly full: boolean;
  /** VACUUM (ANALYZE). */
  readonly analyze: boolean;
}
export interface Analyze extends OperationBase<"analyze"> {
  readonly options: readonly StorageParameter[];
  readonly columns?: readonly ColumnsOf[] | undefined;
  readonly tables: readonly QualifiedName[];
}
export interface Cluster extends OperationBase<"cluster"> {
  /** Undefined: all clustered tables. */
  readonly table?: QualifiedName | undefined;
  readonly index?: string | undefined;
}
/** `v`, or `new` for `NEW.name`. */
export interface UnquotedValue {
  /** Folded. */
  readonly variable: string;
  readonly span: Span;
  /** It is, or stands for, a whole query. */
  readonly isQuery?: true | undefined;
}
/** EXECUTE of a text that isn't known before it runs. */
export interface ExecuteDynamic extends OperationBase<"executeDynamic"> {
  /** The constant first part of the text: `ALTER TABLE `. */
  readonly prefix?: string | undefined;
  /** The text is the value of this parameter or variable. */
  readonly variable?: string | undefined;
  /** Values that go into the text as they are, neither quoted nor passed by USING: names of parameters and variables. */
  readonly unquoted?: readonly UnquotedValue[] | undefined;
}
/** What changes no schema and has no hazard: `command` is the manual's, upper case (`NOTIFY`, `LISTEN`, `EXPLAIN`). */
export interface Utility extends OperationBase<"utility"> {
  readonly command: string;
  /** Of EXPLAIN, PREPARE and DECLARE: the query that is planned, but not run. */
  readonly query?: QueryFacts | undefined;
  /** Of REASSIGN OWNED and DROP OWNED: the roles; CURRENT_USER and the like in lower case. */
  readonly roles?: readonly string[] | undefined;
}
/** A statement that we can't read; `statement` is the parser's name for it, or `unparsable`. */
export interface Unknown extends OperationBase<"unknown"> {
  readonly statement: string;
  /** Relations that it names, as far as we see. */
  readonly relations: readonly QualifiedName[];
  /** The table that it makes, if that can be read; nothing else of it is known. */
  readonly makes?: QualifiedName | undefined;
  /** All words of a statement that the grammar rejects, in lower case: once it is mended, it may do anything to what they name. */
  readonly words?: ReadonlySet<string> | undefined;
}

export type SessionOperation =
  | Begin
  | Commit
  | Rollback
  | Savepoint
  | SetOption
  | UseSchema
  | Vacuum
  | Analyze
  | Cluster
  | ExecuteDynamic
  | Utility
  | Unknown;
