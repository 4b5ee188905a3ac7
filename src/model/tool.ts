/** What lower modules ask of a migration tool. */
import type { Span } from "../text/span.ts";
import type { DialectFamily, PerFamily } from "./dialect.ts";
import type { OperationKind } from "./operation.ts";

/** What serves the tables of a database to everybody on the web. */
export interface Platform {
  /** Those that everybody has. */
  readonly roles: readonly string[];
  /** Their tables are made with the project. */
  readonly schemas: readonly string[];
  /** Since then, in milliseconds, they are granted nothing on a new table: in projects made after that, and in all. */
  readonly grantsNothingSince?: { readonly ofNew: number; readonly ofAll: number };
  /** Another tool runs the migrations: libraries and an address of its database say that it is there. */
  readonly isBeside?: true;
}

/** The key of a table that a migration in code makes by calls. */
export interface KeyCall {
  /** Of columns that are there; undefined: a new column `id`. */
  readonly columns: readonly string[] | undefined;
  readonly table: string;
  readonly family: DialectFamily;
  /** The call that makes the table. */
  readonly call: string;
  /** What the call belongs to. */
  readonly unit?: Pick<CodeUnit, "follows" | "reverses" | "others" | "ofModels" | "releases"> | undefined;
}

/** A column that a call adds, and the project declares as the primary key, which nothing makes. */
export interface AddedKey {
  readonly column: string;
  readonly table: string;
  /** What gives the rows that are there different values. */
  readonly values: "numbers" | "uuids" | "other";
  readonly family: DialectFamily;
  /** The key that the table still has. */
  readonly old: string | undefined;
  readonly call: string;
  readonly releases: ReadonlyMap<string, string> | undefined;
}

/** Advice in the calls of a builder. */
export interface CallWords {
  /** In place of REFERENCES behind a column, which MySQL ignores. */
  readonly foreignKey: string;
  /** Where DROP INDEX has no table. */
  readonly dropIndex: string;
}

/** What to write in a call, by what sends its statement. */
export interface SenderWords {
  /** Where text stands for a truth value. */
  readonly truth: (sender: string) => string | undefined;
  /** What gives a column that it makes a unique key of its own: `unique="true"`. */
  readonly unique: (sender: string, path: string) => string | undefined;
}

/** What a migration in code consists of. */
export interface CodeFile {
  /** Calls; a text of several lines is one call. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** The tool is to open no transaction. */
  readonly outside: boolean;
  readonly language: "commonjs" | "module" | "typescript" | "python" | "ruby" | "xml" | "yaml" | "json";
  /**
   * What the tool sorts it by: behind the migration that the advice is for, in the same form. Where that migration has no
   * version, words in `<…>`.
   */
  readonly version: string;
  /** Which of the files of the advice it is, from 1. */
  readonly place: number;
  /**
   * Of tools that keep it: what the function of the migration that the advice is for gets, as written, and what its calls
   * begin with: `{ context: db }`, `db.sequelize`.
   */
  readonly given?: { readonly parameter: string; readonly handle: string } | undefined;
  /** Of a new migration: what it does, in words. */
  readonly title?: string | undefined;
}

/** A new migration in code, with what its file says of itself. */
export interface NewCodeFile extends CodeFile {
  readonly title: string;
  /** Of the file, without folder and ending: `0002_add_status`. */
  readonly name: string;
  /** The newest migration, which it follows. */
  readonly after: CodeUnit | undefined;
  /** What it takes the place of: what it says of itself stays. */
  readonly replaces?: CodeUnit | undefined;
  readonly now: Date;
}

/** A migration in code as its tool knows it: what advice needs to write the migrations that take its place. */
/** A step of advice that becomes a section of a file of SQL, behind the one that the advice is for. */
export interface SectionFile {
  /** The file up to the statements of that section. */
  readonly before: string;
  readonly statements: readonly string[];
  /** What takes it back, where that section says what does; undefined: nothing has to be said of it. */
  readonly down: readonly string[] | "unknown" | undefined;
  /** Why nothing takes back the section that the advice is for. */
  readonly irreversible: string | undefined;
  /** Other databases run that section, too. */
  readonly shared: SharedSection | undefined;
  /** See `Migration.conditions`. */
  readonly conditions: readonly string[];
  /** What has run before it: other statements of that section, and steps of the advice. */
  readonly earlier: readonly string[];
  /** In words: `PostgreSQL`. */
  readonly database: string;
  readonly outside: boolean;
  /** A number that no other step of the section's advice has. */
  readonly place: number;
  /** Names of migrations that the history has. */
  readonly taken: ReadonlySet<string>;
}

/** `dbms` of what one database alone runs, and of what then stays for the others. */
export interface SharedSection {
  readonly dbms: string;
  readonly ofOthers: string;
}

export interface CodeUnit {
  /** Alembic's revision, Django's `0002_add_status`. */
  readonly name: string;
  /** Django's app. */
  readonly app?: string | undefined;
  /**
   * What it follows, as the file writes it: `[("shop", "0001_initial")]`; of Rails the version that it is written for,
   * of Liquibase its author.
   * Undefined: it doesn't say.
   */
  readonly follows: string | undefined;
  /** Its import statements and constants, as they are written. */
  readonly imports: readonly string[];
  /** The parameters of its functions, as they are written: `(op, tables)`. */
  readonly parameters?: string | undefined;
  /** What ends a transaction that the project has begun behind its tool's back, so that the tool can't: a call. */
  readonly ends?: string | undefined;
  /** Why no new migration can follow it directly: a sentence. */
  readonly closed?: string | undefined;
  /** It consists of a single operation. */
  readonly isSole: boolean;
  /** It consists of several operations, all of which make indexes: none is left if each moves elsewhere. */
  readonly onlyIndexes?: true | undefined;
  /** The tool takes its operations back by itself, and refuses to where it can't. */
  readonly reverses?: boolean;
  /** A copy of what a package brings with it, or a generator's: the project doesn't write it. */
  readonly isForeign?: true | undefined;
  /** The operations that certainly run, in the order of the text. */
  readonly calls: readonly UnitCall[];
  /** Blocks around its operations, of which the tool knows nothing; outer ones first. */
  readonly blocks?: readonly UnitBlock[] | undefined;
  /** How the application leaves a column out that goes, with `<column>` in its place. */
  readonly leavesOut?: string | undefined;
  /** How the project gives connections to PostgreSQL alone a `lock_timeout`, for where a statement for one database is long. */
  readonly timeoutOption?: string | undefined;
  /** What what takes its place has to say as well. */
  readonly terms?: ChangesetTerms | undefined;
  /** Databases that it may run on as well: `MySQL`. */
  readonly others?: readonly string[] | undefined;
  /** Databases that the application's models make their tables on as well, as in its tests; undefined: `others`. */
  readonly ofModels?: readonly string[] | undefined;
  /** Of the packages that it is written with, as far as the project says: `alembic` → `1.13.2`. */
  readonly releases?: ReadonlyMap<string, string> | undefined;
  /** What the project dumps its schema to, from which a new database is loaded, has no triggers. */
  readonly losesTriggers?: true | undefined;
  /** A package of the project refuses SQL that isn't marked as safe: on the way up alone, or also on the way back. */
  readonly marksSafe?: "forwards" | "both ways" | undefined;
}

/** A block that decides when, where or how often what stands in it runs: for each tenant, in another schema. */
export interface UnitBlock {
  readonly at: Span;
  /** `Tenant.all.each do |tenant|` */
  readonly opens: string;
  /** `end` */
  readonly ends: string;
  /** What it gives to its block, by name. */
  readonly gives: readonly string[];
  /** Names of the file stand in it: elsewhere, it means nothing. */
  readonly isBound: boolean;
}

/** When and where a changeset of Liquibase runs. */
export interface ChangesetTerms {
  /** `dbms`, `context`, `labels`, …, by name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Its `preConditions`, as the file writes them. */
  readonly conditions: readonly string[];
  /** Names of what they ask about in the database, in lower case. */
  readonly asks: {
    /** It is to be missing, and isn't once the changeset has run. */
    readonly missing: readonly string[];
    readonly present: readonly string[];
    /** What a class of the project or a query of the catalog asks isn't known. */
    readonly other: boolean;
  };
  /** The databases that they ask for. */
  readonly asksFor?: string | undefined;
  /** It runs on others than this database, too. */
  readonly others?: { readonly dbms: string; readonly ofOthers: string } | undefined;
  /** SQLite is among those that the changelogs name. */
  readonly hasSqlite?: true | undefined;
  /** `runInTransaction` is false. */
  readonly optedOut?: true | undefined;
}

/** An operation of a migration in code. */
export interface UnitCall {
  /** `AddIndex`, `create_index`. */
  readonly name: string;
  /** The call as it is written, and where. */
  readonly text: string;
  readonly at: Span;
  /** Where its arguments begin, in `text`. */
  readonly head: number;
  /** Texts among its arguments, by keyword or position: `name`, `0`. */
  readonly texts: ReadonlyMap<string, string>;
  /** The calls that are its arguments, by what they are: `UniqueConstraint`. */
  readonly holds: readonly string[];
  /** What it does to the state that the tool keeps of the application's models: a list of operations, as code. */
  readonly state: string | undefined;
  /** Why SQL can't take its place: a sentence. */
  readonly noSql?: string | undefined;
  /** Of one that drops a table: the code that makes it again, by all that the history knows of it. */
  readonly tableAgain?: readonly string[] | undefined;
}

/** A statement of advice. */
export interface CodeStatement {
  readonly sql: string;
  readonly comment: string | undefined;
  /** The call sends it as it is. */
  readonly isSent?: true;
}

/** A step of advice, to be written as a migration in code or as a part of one. */
export interface CodeStep {
  readonly up: readonly CodeStatement[];
  /** The call that does this, where it is another one of those that the advice takes the place of. */
  readonly of?: UnitCall | undefined;
  /** What takes it back, in its order; undefined: that isn't known. */
  readonly down: readonly string[] | undefined;
  /** The migration's own way back does a part of that already. */
  readonly isTakenBack: boolean;
  /** Of `down`, what the migration's own way back doesn't do, once later steps have taken their parts of it. */
  readonly missing: readonly string[];
  /** It goes on doing the others of `down`, behind those. */
  readonly keepsBack: boolean;
  /** The tool is to open no transaction. */
  readonly outside: boolean;
  /** It stands in the migration itself, in place of the call. */
  readonly here: boolean;
  /** And directly behind the call. */
  readonly behind: boolean;
  /** It is a migration before this one. */
  readonly ahead: boolean;
  /** A release of the application comes before it. */
  readonly afterDeploy: boolean;
}

/** Advice that takes the place of a call. */
export interface CodeAdvice {
  readonly steps: readonly CodeStep[];
  /** It stands beside the call, which stays as it is. */
  readonly isBeside: boolean;
  /** The call stands in a block that sends what it has collected at its end. */
  readonly inBuilder: boolean;
  readonly path: string;
  /** For messages: `PostgreSQL`. */
  readonly database: string;
  readonly unit: CodeUnit;
  /** Undefined: the advice takes the place of no single call. */
  readonly call: UnitCall | undefined;
  /** Which of the calls that send something, from 0: others may have advice, too. */
  readonly place: number;
  /** Which of the statements of that call, from 0, where the advice is for one of them alone. */
  readonly among: number;
  /** Blocks that the call stands in, outer ones first: what moves to another migration has to stand in them, too. */
  readonly around: readonly UnitBlock[];
  /** All calls that it takes the place of, this one included. */
  readonly replaced: readonly UnitCall[];
  /** Of those that stay in part: the columns or statements that it takes the place of. */
  readonly partly?: ReadonlyMap<UnitCall, readonly string[]> | undefined;
  /** What the code says that sends the statement: `Order.objects.update(paid=False)`. */
  readonly source: string | undefined;
  /** Of the whole file. */
  readonly text: string;
  /** What takes the call back as it stands; undefined: that isn't known. */
  readonly backwards: readonly string[] | undefined;
  /** The migration that follows in the history, of the same app. */
  readonly next: string | undefined;
  /** That one follows others as well. */
  readonly isMerged: boolean;
  /** What else names the migration as one that it follows, of other apps, too: `billing.0002_invoice`. */
  readonly alsoNext: readonly string[];
  /** Names of migrations that the history has. */
  readonly taken: ReadonlySet<string>;
}

/** An index, key or unique constraint in the declaration of a table. */
export interface DeclaredIndex {
  /** In the database; undefined: the tool's usual one. */
  readonly name: string | undefined;
  readonly unique: boolean;
  /** Of the table's primary key. */
  readonly primary?: true;
  /** Of some rows only, or not sorted by its fields. */
  readonly partial?: true;
  /** In its order. */
  readonly fields: readonly string[];
  /** A base class gives it to other tables, too. */
  readonly shared?: true;
  /** As it stands there: `@@index([userId])`. */
  readonly text: string;
}

/** A table as the project declares it. */
export interface DeclaredTable {
  /** For messages: `the model User`. */
  readonly name: string;
  /** In the database; the schema only if the declaration states one. */
  readonly schema: string | undefined;
  readonly table: string;
  /** Columns by their fields. */
  readonly columns: ReadonlyMap<string, string>;
  readonly indexes: readonly DeclaredIndex[];
}

/** How a key gets its numbers; `plain`: by a serial type, or `AUTO_INCREMENT`. */
export type Numbered = "plain" | "always" | "by default";

/** Where the project declares its schema in code. */
export interface Declared {
  /** Follows "in": `schema.prisma`. */
  readonly where: string;
  /**
   * What the tool compares the declaration with to write the next migration: what the migrations do, or a file that it
   * keeps beside them; `database`: it brings that to the declaration, beside migrations of another tool.
   * Undefined: it doesn't write migrations.
   */
  readonly compares?: "migrations" | "snapshot" | "database";
  /** `snapshot`, where no snapshot is kept: what to do in place of having the tool write the migration. */
  readonly byHand?: string;
  /** `snapshot`: whether the tool has kept none of the migration, by its path: somebody has written it. */
  readonly isByHand?: (path: string) => boolean;
  /** Changes that the tool doesn't compare unless it is configured to. */
  readonly ignores?: readonly OperationKind[];
  /** What the project declares; undefined: that isn't known. */
  readonly tables?: (() => readonly DeclaredTable[] | undefined) | undefined;
  /** It may declare tables that weren't found. */
  readonly isPartlyRead?: true;
  /**
   * An index, as it stands in the declaration of its table. `isUsual`: it has the name that the tool would give it
   * there, PostgreSQL's own where nothing is known of that.
   */
  readonly index?: (name: string, fields: readonly string[], isUsual: boolean) => string;
  /** Instead of a drop that the tool wrote, of a table that no migration makes. A sentence; undefined: somebody wrote it. */
  readonly leftOut?: (table: string, source: string) => string | undefined;
  /** Its fields have the names of their columns, as a rule: those of TypeScript have other letters, Django's keys no `_id`. */
  readonly keepsNames?: true;
  /** A generated key of 64 bits; `<column>` is its name. `others`: databases that the models make their tables on as well. */
  readonly key: (family: DialectFamily, numbered: Numbered, others: readonly string[]) => string;
  /** The same as a sentence, where the call makes a table whose key no model declares; undefined: one does. */
  readonly keyElsewhere?: (call: string, table: string) => string | undefined;
  /** How such a key is added. A sentence. */
  readonly addedKey?: (key: AddedKey) => string;
  /** Tables that the tool makes of a relation, and no model declares; and how one of them gets a primary key, a sentence. */
  readonly ofRelation?: { readonly table: RegExp; readonly key: string };
  /** Names of the indexes that it makes on each column of such a table, which nothing leaves out. */
  readonly relationIndexes?: RegExp;
  /** Names that it makes itself where the declaration gives none: nobody has chosen them, and it looks for them. */
  readonly generatedNames?: RegExp;
  /** `snapshot`: patterns of the names that it gives where the declaration gives none, and keeps in full. */
  readonly ownNames?: readonly string[];
  /** How the column of a table that no model declares keeps its name while a model gets another one. Sentences. */
  readonly renamedJoin?: (table: string, column: string) => string;
  /** The call that renames an index, for those that drop it and build it again; undefined: not known, or none. */
  readonly renamedIndex?: (dropped: string, made: string) => string | undefined;
  /** The type of what refers to it, `<column>`; undefined: it is that of the key, and isn't declared. */
  readonly reference?: string;
  /** What such values are in the application, where that differs from those of 32 bits. A sentence. */
  readonly wide?: Partial<PerFamily<string>>;
  /** What a column, and a table, gets that the application no longer uses. */
  readonly unused?: { readonly column: string; readonly table: string };
  /** How it states what the tool compares of a column or table: its comment, and that a column may be NULL. */
  readonly stated?: {
    readonly comment?: Partial<Readonly<Record<"column" | "table", (text: string) => string>>>;
    readonly nullable: string;
  };
  /** The application deletes what refers to a row, by what is declared, and the foreign keys do nothing of it. */
  readonly deletesReferrers?: true;
  /** The application reads every column that is declared: the declaration goes before the column does. */
  readonly isRead?: true;
  /** How a field of another name keeps this column. */
  readonly renamed: (column: string) => string;
  /** The same of a relation, if it is written in another way. */
  readonly renamedRelation?: (column: string) => string;
  /**
   * How to leave out the index that comes with what stands there, such as a field: a sentence without its full stop.
   * Undefined: nothing else stands there than the index.
   */
  readonly withoutIndex?: (written: string, family: DialectFamily) => string | undefined;
  /** The text of a later migration states the field of a column with such an index again. */
  readonly indexedAgain?: (text: string, table: string, column: string) => boolean;
  /** How to have the index of a foreign key that what stands there leaves out on purpose; a sentence. `where`: see there. */
  readonly keyIndex?: (written: string, isOfNewTable: boolean) => string | undefined;
  /** How a call changes what the tool knows of the declaration, and nothing in the database. Follows "write". */
  readonly alone?: string;
}

/** What to write in place of a way back that the tool makes itself. */
export interface OwnRollback {
  readonly fails: string;
  /** It drops a column before the foreign keys on it; `keys`: `files_events` of `files`. */
  readonly failsForKeys?: (
    column: string,
    keys: readonly { readonly name: string; readonly table: string }[],
  ) => string;
  /** It leads to another schema. */
  readonly differs: string;
  /** It runs these calls once more. */
  readonly again?: (calls: readonly string[]) => string;
}

/** For `Declared.wide`: the driver gives text, as a number of JavaScript isn't exact above 2^53. */
export const inStrings = "Their values in JavaScript are then strings.";
