import type { Span } from "../../text/span.ts";
import type { ToolCall } from "../call.ts";

/** What every operation has. */
export interface OperationBase<K extends string> {
  readonly kind: K;
  /** The sub-command (`ADD COLUMN c int`), the inline constraint, or the whole statement without its `;`. */
  readonly span: Span;
  /** The smallest telling part, where findings point by default: `ADD COLUMN c`, `CREATE INDEX i ON t`. */
  readonly head: Span;
  /** Stands under IF, CASE or EXCEPTION of a DO block or function: may not run. */
  readonly conditional?: true | undefined;
  /**
   * The branches around a conditional one, outermost first: where it runs, all that stands before it in them has run. None
   * where it isn't known what runs together with it.
   */
  readonly branches?: readonly Branch[] | undefined;
  /** The migration asks the database first whether it is needed, so that it may run again: `unless index_exists?`. */
  readonly asked?: true | undefined;
  /** Of a conditional one: it runs where all of this is so. */
  readonly asks?: readonly Ask[] | undefined;
  /** It depends on something else, too. */
  readonly asksMore?: true | undefined;
  /** One of these isn't so in this history: it doesn't run. */
  readonly notAsked?: true | undefined;
  /** Its block catches a unique violation: `EXCEPTION WHEN others`. */
  readonly caught?: true | undefined;
  /** Code around it catches its error, though the transaction that this aborts is the one that continues. */
  readonly tried?: true | undefined;
  /** Stands in a loop: may run several times. */
  readonly repeated?: true | undefined;
  /** MySQL: which statement of a routine's body it is a part of. */
  readonly bodyStatement?: number | undefined;
  /**
   * Text that is put together when it runs: a name in it stands for one that isn't known, of something that exists. What
   * it does to the schema is told by the `executeDynamic` behind it.
   */
  readonly unnamed?: true | undefined;
  /** Its text is put together of what is known: it doesn't stand in the file. */
  readonly composed?: true | undefined;
  /** First version whose grammar has it, and the word at which older ones stop, where the kind alone doesn't say so. */
  readonly since?: { readonly version: number; readonly word: string } | undefined;
  /** MySQL: how ALTER TABLE, CREATE INDEX, DROP INDEX… ask to be run; the same for all operations of the statement. */
  readonly request?: AlterRequest | undefined;
  /** MySQL: the account that DEFINER names, as written; undefined for CURRENT_USER, too. */
  readonly definer?: Asked<string> | undefined;
  /** A tool makes it with something else, whatever its migration says: nobody wrote it, and nobody can leave it out. */
  readonly byTool?: true | undefined;
  /** The call of a migration in code that it comes from, where that says more than its SQL. */
  readonly call?: ToolCall | undefined;
  /** Stands in a string that the statement hands to a function, which runs it. */
  readonly handed?: true | undefined;
  /** Done by a function that this statement calls: `span` and `head` are the call's, all other spans the function's. */
  readonly called?: true | undefined;
}

/** One of several ways to go on: `IF`, `ELSE`, what stands behind `IF … THEN RETURN`. Only one of them is taken. */
export interface Branch {
  /** Where the ways part, and in which call of a function. */
  readonly at: string;
  readonly way: number;
}

/** Code asks the database whether a table, or something that belongs to it, is there. */
export interface Ask {
  readonly schema?: string | undefined;
  /** A table of this name in any schema answers it. */
  readonly anywhere?: true | undefined;
  /** Undefined: that of the operation. */
  readonly table: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  readonly policy?: string | undefined;
  readonly trigger?: string | undefined;
  /** Of a column: the normalised name of its type, and whether it is to be that. */
  readonly type?: { readonly name: string; readonly is: boolean } | undefined;
  readonly nullable?: boolean | undefined;
  /** Of a column: whether the catalog shows a default of it. */
  readonly hasDefault?: boolean | undefined;
  /** Something else is asked of it, which isn't known. */
  readonly more?: true | undefined;
  readonly there: boolean;
  /** Where it stands, and in which call of a function: a question is asked once there. */
  readonly at: string;
}

/** A clause with its value. */
export interface Asked<T> {
  readonly value: T;
  readonly span: Span;
}

/** MySQL manual, "Online DDL"; MariaDB knowledge base, "ALTER TABLE". What isn't written is undefined. */
export interface AlterRequest {
  readonly algorithm?: Asked<"default" | "instant" | "inplace" | "nocopy" | "copy"> | undefined;
  readonly lock?: Asked<"default" | "none" | "shared" | "exclusive"> | undefined;
  /** MariaDB: WAIT n in seconds; NOWAIT is 0. */
  readonly wait?: Asked<number> | undefined;
  /** MariaDB (and MySQL before 5.7): ALTER IGNORE. */
  readonly ignore?: Span | undefined;
  /** MariaDB: ALTER ONLINE, which is LOCK=NONE. */
  readonly online?: Span | undefined;
  /** MySQL: WITH or WITHOUT VALIDATION of generated columns and exchanged partitions. */
  readonly validation?: Asked<boolean> | undefined;
}

/**
 * A parameter of WITH (…), SET (…) or RESET (…), in lower case; `value` is undefined for RESET. MySQL: a table option
 * (`engine`, `row_format`, `auto_increment`, `charset`, `collate`, `comment`, `key_block_size`…) without its quotes.
 */
export interface StorageParameter {
  readonly name: string;
  readonly value?: string | undefined;
  /** MySQL: the option as written. */
  readonly span?: Span | undefined;
}

/**
 * Where a constraint is written: inside CREATE TABLE (as a column or table constraint), inside ADD COLUMN, or on
 * its own (`ALTER TABLE … ADD CONSTRAINT`).
 */
export type Within = "createTable" | "addColumn" | "alterTable";
