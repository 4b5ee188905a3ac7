/** What a migration in code says beyond the SQL that its tool sends. */
import type { Span } from "../text/span.ts";

/** The call behind an operation. */
export interface ToolCall {
  /** As the migration writes it: `op.add_column`, `RunSQL`. */
  readonly name: string;
  /** Of a new column: the argument whose value only the application uses for new rows. */
  readonly clientDefault?: string | undefined;
  /** Of a new column: an argument for a default that gives no value: `default=None`. */
  readonly noDefault?: string | undefined;
  /** Of a new column: the argument that gives it a default in the database; undefined: this version has none. */
  readonly databaseDefault?: string | undefined;
  /** Of a new column: the argument that makes it nullable. */
  readonly nullable?: string | undefined;
  /** Of a new column: its default is for existing rows alone, and the project's declaration of the column has none. */
  readonly isOnce?: true | undefined;
  /** Of a new column: its default, where the language takes NULL for another value: `True`, `0`. */
  readonly nullFor?: string | undefined;
  /**
   * Of a new column: the project's declaration of the table doesn't name it. A base class may give it the column; where
   * it has none that could, a later migration drops the column.
   */
  readonly elsewhere?: "inherited" | "nowhere" | undefined;
  /** Columns whose fields the model's class doesn't name itself: its base classes give them. */
  readonly inherited?: ReadonlySet<string> | undefined;
  /** The column's type is one that only migrations make, and this call doesn't: how it is made before. */
  readonly ownType?: string | undefined;
  /**
   * Of a column that is defined anew: what the call doesn't state, so that the tool leaves it out, by the argument that
   * would state it.
   */
  readonly unstated?: Unstated | undefined;
  /** Of a column that is defined anew: the tool sends nothing that is written behind a type like this one. */
  readonly leftOut?: LeftOut | undefined;
  /** Of a column that is defined anew: the tool repeats what the column is, but for what the call changes on purpose. */
  readonly repeats?: true | undefined;
  /** It states what a column is, besides what it changes: the column may be so already. */
  readonly restates?: true | undefined;
  /** Of a column that gets another type: the arguments for SQL that converts its values, and for its default. */
  readonly converts?: { readonly using: string; readonly default: string; readonly none: string } | undefined;
  /** It has to state the column's type, whatever it changes: the column may have it already. */
  readonly statesType?: true | undefined;
  /** The type that it makes is a column's: how the column is written where something else makes the type. */
  readonly withoutType?: string | undefined;
  /** Columns that it states to be unique in a way that the tool doesn't heed: it makes no unique index. */
  readonly unheeded?: readonly string[] | undefined;
  /** Of a column that it drops: the tool drops its foreign keys first, whatever they are. */
  readonly dropsKeys?: true | undefined;
  /** Of a constraint that it drops: the tool looks the name of the table's primary key up. */
  readonly looksKeyUp?: true | undefined;
  /** Of columns that it drops: those that their model ignores, with the model's file. */
  readonly ignored?: ReadonlyMap<string, string> | undefined;
  /** SQL whose changes of these tables the tool doesn't learn of: it has models of them, and makes migrations by these. */
  readonly unseen?: Unseen | undefined;
  /**
   * Names of constraints that the project's naming convention makes, and the call doesn't write: with what they are called
   * if the convention is newer than the migration; undefined: as the server calls them.
   */
  readonly conventional?: ReadonlyMap<string, string | undefined> | undefined;
}

/** Attributes of a column with the arguments that state them: `existing_nullable=False`. */
export type Unstated = Readonly<
  Partial<Record<"NOT NULL" | "DEFAULT" | "AUTO_INCREMENT" | "COMMENT", string>>
>;

export interface LeftOut {
  /** The type. */
  readonly behind: string;
  /** What states an attribute all the same. */
  readonly otherwise: Readonly<Partial<Record<keyof Unstated, string>>>;
  /** What states any. */
  readonly plain: string;
}

export interface Unseen {
  readonly tables: ReadonlySet<string>;
  /** The argument that would tell the tool. */
  readonly argument: string;
  readonly instead: string;
}

/** A call that is sent, and whose promise nothing takes. */
export interface UnawaitedCall {
  readonly at: Span;
  /** `query`, or the name of a function of the file. */
  readonly method: string;
}

/** A call that a rollback which the tool makes itself runs as it stands, once more. */
export interface CallRunAgain extends UnawaitedCall {
  /** `rows that were added or changed since are lost` */
  readonly harm: string;
  /** The methods of all such calls of the migration: the rollback has to leave out each of them. */
  readonly together: readonly string[];
}

/** A call that the tool is certain to refuse: the migration fails there. Its place is in the migration's own file. */
export interface RefusedCall {
  readonly at: Span;
  /** Follows "fails: ". */
  readonly why: string;
  readonly instead: string;
  /** Only other releases of the tool than the project may have are certain to. */
  readonly isUnsure?: true | undefined;
  /** It drops something that it doesn't name. */
  readonly drops?: NamelessDrop | undefined;
}

export interface NamelessDrop {
  /** `key`: of which kind isn't known. */
  readonly what: "index" | "key" | "primary key" | "unique" | "foreign key" | "check";
  readonly table: string;
  readonly schema: string | undefined;
}

/** What a migration says where its tool doesn't read it. Its place is in the migration's own file. */
export interface IgnoredPart {
  readonly at: Span;
  /** Follows "has no effect: ". */
  readonly why: string;
  readonly instead: string;
  /** The primary key of a table. */
  readonly isKey: boolean;
  /** The table, as it is written. */
  readonly table?: string | undefined;
}

/** An operation for which the tool has no way back, in the migration's own file. */
export interface OneWay {
  readonly at: Span;
  /** `RunPython has no reverse_code`. */
  readonly what: string;
  readonly instead: string;
  /** What the tool raises for it is caught: the rollback goes on without it. */
  readonly isCaught?: true | undefined;
}

/** A class of the application that code of a migration works with: as it is now, not as it was then. */
export interface LiveModel {
  readonly at: Span;
  readonly name: string;
  readonly instead: string;
}
