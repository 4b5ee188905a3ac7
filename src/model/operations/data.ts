import type { Span } from "../../text/span.ts";
import type { Predicate, QueryFacts } from "../expression.ts";
import type { Name, QualifiedName } from "../names.ts";
import type { Operation } from "../operation.ts";
import type { OperationBase } from "./base.ts";

export interface InsertRows extends OperationBase<"insertRows"> {
  readonly table: QualifiedName;
  /** Empty: none are written. */
  readonly columns: readonly Name[];
  readonly source: "values" | "query" | "default";
  /** How many rows the statement itself writes: of VALUES, of a SELECT without FROM, PostgreSQL: of `generate_series(1, 9)`. */
  readonly rows?: number | undefined;
  /** MySQL: INSERT IGNORE is `nothing`, ON DUPLICATE KEY UPDATE `update`, REPLACE `replace`. */
  readonly onConflict?: "nothing" | "update" | "replace" | undefined;
  /** PostgreSQL, `ON CONFLICT (a, b)` without WHERE: the columns of the key that it names, folded. */
  readonly conflictKey?: readonly string[] | undefined;
  /** What it reads; not the target. */
  readonly query: QueryFacts;
  /** Predicate of the query's own WHERE, where the source is a plain SELECT. */
  readonly where?: Predicate | undefined;
}
export interface UpdateRows extends OperationBase<"updateRows"> {
  readonly table: QualifiedName;
  readonly columns: readonly Name[];
  /** Those of them that are set to DEFAULT, folded. */
  readonly defaults?: readonly string[] | undefined;
  readonly where?: Predicate | undefined;
  /** MySQL: has a LIMIT of its own. */
  readonly limited?: true | undefined;
  /** What columns of its table are qualified with, where other tables are named (FROM, USING, a join) or it has an alias. */
  readonly among?: string | undefined;
  /** What it reads beside the target (FROM, sub-selects), and the columns of all. */
  readonly query: QueryFacts;
}
export interface DeleteRows extends OperationBase<"deleteRows"> {
  readonly table: QualifiedName;
  readonly where?: Predicate | undefined;
  /** MySQL: has a LIMIT of its own. */
  readonly limited?: true | undefined;
  /** What columns of its table are qualified with, where other tables are named (FROM, USING, a join) or it has an alias. */
  readonly among?: string | undefined;
  readonly query: QueryFacts;
}
export interface MergeRows extends OperationBase<"mergeRows"> {
  readonly table: QualifiedName;
  readonly query: QueryFacts;
}
export interface CopyRows extends OperationBase<"copyRows"> {
  /** Undefined: COPY (query) TO. */
  readonly table?: QualifiedName | undefined;
  readonly direction: "from" | "to";
  readonly columns: readonly Name[];
  readonly program: boolean;
  readonly query?: QueryFacts | undefined;
  /** MySQL, without LOCAL: a file of the server's own machine is read. */
  readonly serverFile?: Span | undefined;
}
/** A query whose rows go nowhere; `calls` are run for their effect. */
export interface SelectRows extends OperationBase<"selectRows"> {
  readonly query: QueryFacts;
  /** FOR UPDATE and the like. */
  readonly locking: boolean;
  /** FOR UPDATE OF: the relations meant; undefined: all. */
  readonly locked?: readonly QualifiedName[] | undefined;
  /** MySQL: INTO OUTFILE and DUMPFILE write a file of the server's own machine. */
  readonly serverFile?: Span | undefined;
  /** Of a query over one relation. */
  readonly where?: Predicate | undefined;
  /** In a body, SELECT … INTO and PERFORM: no loop goes over its rows. */
  readonly unlooped?: true | undefined;
}
/** `SELECT f(…)`, `PERFORM f(…)`, `CALL p(…)`: a function of the history's own runs now. */
export interface CallFunction extends OperationBase<"callFunction"> {
  readonly function: QualifiedName;
  /** Its arguments by their places, where they are string literals. */
  readonly literals?: readonly (string | undefined)[] | undefined;
  /** The names of those that are given by name (`migrate_data => true`), except where that is FALSE. */
  readonly named?: readonly string[] | undefined;
  /** Those of them that are statements. */
  readonly texts?: readonly HandedText[] | undefined;
  /** CALL of a procedure: may COMMIT. */
  readonly procedure: boolean;
}
/** Statements in a string that a function may run: `run_migration(7, $$ALTER TABLE …$$)`. */
export interface HandedText {
  /** Which argument it is, from 0. */
  readonly argument: number;
  readonly operations: readonly Operation[];
}
export interface LockTable extends OperationBase<"lockTable"> {
  readonly table: QualifiedName;
  readonly only: boolean;
  /** As in the manual, section 13.3.1: `ACCESS EXCLUSIVE`. MySQL's LOCK TABLES: `READ`, `READ LOCAL`, `WRITE`… */
  readonly mode: string;
  readonly nowait: boolean;
}

export type DataOperation =
  InsertRows | UpdateRows | DeleteRows | MergeRows | CopyRows | SelectRows | CallFunction | LockTable;
