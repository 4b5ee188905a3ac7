/** What a rule sees. A step answers questions about one operation; rules never parse, search text or open files. */
import type { EffectsDialect } from "../effects/dialect.ts";
import type { Effects, LockMode } from "../effects/effects.ts";
import type { Key, Name, QualifiedName } from "../model/names.ts";
import type { Changed, TableOf } from "../model/kinds.ts";
import type { OperationKind, OperationOf } from "../model/operation.ts";
import type { FileProblem } from "../project/file-problem.ts";
import type { History, Migration, Script } from "../project/migration.ts";
import type { Failure } from "../schema/failure.ts";
import type { Difference, Origin, Relation, Tri } from "../schema/model.ts";
import type { TableStats } from "../project/stats.ts";
import type { Schema } from "../schema/schema.ts";
import type { Problem, Statement } from "../sql/front-end.ts";
import type { Size } from "./replay-facts.ts";
import type { Span } from "../text/span.ts";
import type { DependentQuestions } from "./questions/dependents/questions.ts";
import type { DocumentQuestions } from "./questions/documents/questions.ts";
import type { EditQuestions } from "./questions/edits/questions.ts";
import type { KeyWithDeleted } from "./questions/indexes/keys-with-deleted.ts";
import type { IndexQuestions } from "./questions/indexes/questions.ts";
import type { LockQuestions } from "./questions/locks/questions.ts";
import type { ChangeGroup } from "./questions/migration/changes.ts";
import type { NameFault, NameStyle } from "./questions/migration/file-names.ts";
import type { HeaderFault } from "./questions/migration/header-faults.ts";
import type { HeaderField } from "./questions/migration/header.ts";
import type { MadeAgain } from "./questions/migration/made-again.ts";
import type { WrittenPassword } from "./questions/migration/passwords.ts";
import type { Secret } from "./questions/migration/secrets.ts";
import type { DeprecatedRequired } from "./questions/migration/deprecated-required.ts";
import type { LeftUndone } from "./questions/migration/left-undone.ts";
import type { TrackingFault } from "./questions/migration/tracking.ts";
import type { MysqlQuestions } from "./questions/mysql/questions.ts";
import type { NameQuestions } from "./questions/names/questions.ts";
import type { VersionGap } from "./questions/project/version-gaps.ts";
import type { RollbackDemand } from "./questions/rollback/demands.ts";
import type { Dropped, RollbackLoss } from "./questions/rollback/losses.ts";
import type { Undone } from "./questions/rollback/undone.ts";
import type { Newness, Rows } from "./questions/rows/rows.ts";
import type { SecurityQuestions } from "./questions/security/questions.ts";
import type { OpenTenantTable } from "./questions/security/tenant-tables.ts";
import type { ValueQuestions } from "./questions/values/questions.ts";
import type { Unsupported } from "./questions/versions.ts";

export type { Rows };

export type Direction = "up" | "down";

/** The transaction that a statement runs in. */
export interface Transaction {
  /**
   * `block`: BEGIN of the file or of the runner; `implicit`: several statements travel in one message;
   * `pipeline`: after the first statement of a pipeline; `none`: it commits by itself; `unknown`: the runner isn't known.
   */
  readonly kind: "block" | "implicit" | "pipeline" | "none" | "unknown";
  /** Who opened it, where there is one. */
  readonly by?: "runner" | "file" | undefined;
  /** Steps in one transaction have the same number; each statement outside of one has its own. */
  readonly id: number;
  /** BEGIN, if the file opened it. */
  readonly begin?: Span | undefined;
  /** MySQL: the one that this statement commits before it runs. */
  readonly commits?: { readonly by: "runner" | "file"; readonly begin?: Span | undefined } | undefined;
  /** Locks that earlier statements of it hold on relations that are not new, strongest first. */
  readonly held: readonly HeldLock[];
  /** How this runner is told not to open it. */
  readonly optOut?: string | undefined;
}

export interface HeldLock {
  readonly relation: Key;
  readonly mode: LockMode;
  /** The sub-command or statement that took it, perhaps of an earlier migration of the same transaction. */
  readonly origin: Origin;
  /** By LOCK TABLE. */
  readonly explicit: boolean;
}

/** One operation of one statement, with the schema around it. Methods are closures: destructuring is safe. */
export interface Step<K extends OperationKind = OperationKind> {
  readonly operation: OperationOf<K>;
  readonly statement: Statement;
  readonly scope: MigrationScope;
  readonly script: Script;
  readonly direction: Direction;
  /** Schema before this operation and after it. */
  readonly before: Schema;
  readonly after: Schema;
  readonly transaction: Transaction;
  /**
   * Locks, rewrites, scans and builds on relations that are not new here (see `createdHere`) and that may have users: see
   * `unusedTables`.
   */
  readonly effects: Effects;
  /** Nothing happens: IF [NOT] EXISTS of what is surely there or surely not, or a part of such a statement. */
  readonly skipped: boolean;
  /** Why the server is sure to refuse it: what is provably absent, or there already. */
  readonly failures: readonly Failure[];
  /** The server is sure to refuse it: because of `failures`, or as it can't do this to the table (`effects.fails`). */
  readonly refused: boolean;
  /** The table that it is about, by its kind; undefined: none, or the statement doesn't say. */
  readonly table: TableOf<K>;
  /** What it changes, by its kind. */
  readonly changes: Changed;

  /**
   * Created in this migration, across its COMMITs, or in another deployed with it, and no rows loaded since; or nobody
   * else can see it before the transaction commits that made it, rows or not, or that has emptied it.
   */
  readonly createdHere: (table: QualifiedName | Key) => Tri;
  /** Created in this migration, or in another that is deployed with it, rows loaded or not: nobody uses it yet. */
  readonly madeHere: (table: QualifiedName | Key) => boolean;
  /** Created in one of the pending migrations (without `startAfter`: in this migration), be it empty or loaded since. */
  readonly createdPending: (table: QualifiedName | Key, column?: string) => Tri;
  /** Made by a statement of this migration. */
  readonly isHere: (origin: Origin | undefined) => boolean;
  /** Stands in a DO block or in a function or procedure that the migration calls. */
  readonly inBody: boolean;
  /** Of SET: it changes what statements do and is still in force when the session goes on with the next migration. */
  readonly settingStays: () => boolean;
  /** A session setting in force here, set by the history; undefined: not set. */
  readonly setting: (name: string) => string | undefined;
  /** Steps of this script before this one, oldest first. */
  readonly earlier: () => readonly Step[];
  /** Steps of this script after this one. */
  readonly later: () => readonly Step[];
  /** A single call of a migration in code sends this statement and the other's. */
  readonly isOneCallWith: (other: Step) => boolean;
  /** Steps of these kinds before or after this one, kind by kind. */
  readonly neighbours: <K extends OperationKind>(
    side: "earlier" | "later",
    ...kinds: readonly K[]
  ) => readonly Step<K>[];
  /** For messages: `orders`, `audit.log`, `orders.code`; the default schema is left out. */
  readonly show: (relation: QualifiedName | Key, column?: string) => string;
  /** A column, index, constraint, … alone, quoted where this database asks for it. */
  readonly spell: (name: string | Name) => string;
  /** Whether the table can have many rows here, and why not; of one that is new, `createdHere` says so. */
  readonly rows: (table: QualifiedName | Key) => Rows;
  /** Its table is proven empty by this very statement, which fails where a row is there. */
  readonly failsWithRow: () => boolean;
  /** Whether they would be fresh, as those of a history that only makes tables, by what it has made at its end. */
  readonly freshByEnd: (table: QualifiedName | Key) => ((end: Schema) => boolean) | undefined;
  /** The column whose name goes, or the table, is younger than a week: most probably nothing uses it yet, and why. */
  readonly newness: () => Newness | undefined;
  /** The same in short: `small` where `rows` are surely none or few. */
  readonly size: (table: QualifiedName | Key) => Size;
  /** Rows and bytes in production, if they are known. */
  readonly stats: (table: QualifiedName | Key) => TableStats | undefined;
  /** What the stated server is too old for; empty if the project doesn't state one. */
  readonly unsupported: () => readonly Unsupported[];

  readonly names: NameQuestions;
  readonly values: ValueQuestions;
  readonly dependents: DependentQuestions;
  readonly indexes: IndexQuestions;
  readonly locks: LockQuestions;
  readonly security: SecurityQuestions;
  readonly mysql: MysqlQuestions;
  readonly edits: EditQuestions;
  readonly documents: DocumentQuestions;
}

/** One statement with its steps, in the order in which the server runs them. */
export interface StatementScope {
  readonly statement: Statement;
  readonly first: Step;
  readonly steps: readonly Step[];
}

/** One migration and what it does to the schema. */
export interface MigrationScope {
  readonly migration: Migration;
  readonly history: History;
  /** The first one before it that has the same statements, if any. */
  readonly copyOf: Migration | undefined;
  /** The first CREATE TABLE whose table is there already, with the statements that go with it and those behind it. */
  readonly madeAgain: MadeAgain | undefined;
  /**
   * The baseline that has made an object that this migration makes, too: it may have been written when databases had both.
   * Undefined: by git, that was there before this migration.
   */
  readonly baselineOf: (origin: Origin) => Migration | undefined;
  /** Its file is a copy, at which the tool stops: that is reported. */
  readonly isRefusedCopy: boolean;
  /** The first migration that touches tables, and it uses none that it doesn't create. */
  readonly first: boolean;
  /** Reported: after `startAfter`. */
  readonly pending: boolean;
  /** Number of the first pending migration; of this one if it isn't pending. */
  readonly firstPending: number;
  /** An earlier migration has built an index CONCURRENTLY: the way in which this project runs them works. */
  readonly builtConcurrently: boolean;
  /**
   * Number of the first migration before this one that its tool is certain never to get past, as the server's grammar
   * rejects it: what it or a later one makes is on no server yet.
   */
  readonly brokenAt: number | undefined;
  /** Whose servers it runs on. */
  readonly dialect: EffectsDialect;
  readonly before: Schema;
  readonly after: Schema;
  /** Steps of the up script; filled when the whole script has been replayed. */
  readonly steps: readonly Step[];
  /** Those that the server accepts and runs. */
  readonly applied: () => readonly Step[];
  readonly downSteps: readonly Step[];
  readonly problems: readonly Problem[];
  readonly downProblems: readonly Problem[];
  /** Bugs of ours: what was thrown while this was replayed. */
  readonly errors: readonly unknown[];
  /** Comments, delimiters included, in order. */
  readonly comments: { readonly up: readonly Span[]; readonly down: readonly Span[] };
  /** A transaction is still open where the script ends: its BEGIN. */
  readonly unclosed: { readonly up?: Span | undefined; readonly down?: Span | undefined };
  /** The schema after it against the one before. */
  readonly differences: () => readonly Difference[];
  /**
   * `reversed`: the call of which the tool's own way back doesn't bring back all; `earlier`: what the rollback takes
   * away was made there, and not by this migration; `extension`: all that is missing goes with an extension.
   * Undefined: something else, or not known.
   */
  readonly rollbackCause: () =>
    { readonly how: "reversed" | "earlier" | "extension"; readonly at: Place } | undefined;
  /** Replaying up, then down: what is left over or missing against the schema before. Undefined: no down. */
  readonly rollbackDifference: () => readonly Difference[] | undefined;
  /** Of these, what is certain: nothing where a part isn't understood, nor what a step under a condition may change. */
  readonly unreversed: () => readonly Difference[];
  /** The statement of the rollback that the server refuses for the very reason that leaves all of these over. */
  readonly stoppedBy: () => Place | undefined;
  /** What the rollback takes away or brings back without the data that it held before the migration. */
  readonly rollbackLosses: () => readonly RollbackLoss[];
  /** Columns and tables that the migration adds and the rollback drops, with what was written to them in between. */
  readonly rollbackDropsNew: () => readonly Dropped[];
  /** What it asks of rows that nothing asks of those written since the migration, so that it may fail on them. */
  readonly rollbackDemands: () => readonly RollbackDemand[];
  /** Columns that it deprecates, though an INSERT without them fails. */
  readonly deprecatedRequired: () => readonly DeprecatedRequired[];
  /** What it leaves for a later migration to finish: to validate, to make visible or to drop. */
  readonly leftUndone: () => readonly LeftUndone[];
  /** Of the first migration that touches tables: those that it uses and nothing creates. */
  readonly missingAtStart: readonly { readonly table: string; readonly at: Span }[];
  /** Steps of the up script that change schema or rows; constraints written inside CREATE TABLE and ADD COLUMN aside. */
  readonly changes: () => readonly Step[];
  /** Those before a step that leave something by then: not what is made and dropped again. */
  readonly changesLeftBefore: (step: Step) => readonly Step[];
  /** The tables whose schema those change, in groups that have to do with each other. */
  readonly changeGroups: () => readonly ChangeGroup[];
  /** Of several such steps in the up script no transaction can hold all: a failure leaves those before it. */
  readonly leavesHalf: () => boolean;
  /** The up script only validates, builds anew or looks after what is there: a rollback would be empty. */
  readonly leavesNothingToUndo: () => boolean;
  /**
   * How many of the twenty migrations before it have a rollback that does something: three quarters, half, fewer. Those that
   * the tool takes back itself don't count.
   */
  readonly rollbackHabit: () => "mostly" | "at times" | "seldom";
  /** Of at least four migrations before it that are marked as irreversible, fewer than a quarter have a reason. */
  readonly seldomExplains: () => boolean;
  /** The field of the header of one of its scripts (default: up) that answers to one of the names (`Ticket|Issue`). */
  readonly headerField: (names: string, of?: Direction) => HeaderField | undefined;
  /** Texts of a template that nobody has replaced in that header: `[Brief description]`, `YYYY-MM-DD`, `XXX`. */
  readonly headerPlaceholders: (of: Direction) => readonly string[];
  /** Where that header says another number or day than the file, or a day that doesn't exist. */
  readonly headerFaults: (of: Direction) => readonly HeaderFault[];
  /** The rollback, if it is a file of its own. */
  readonly ownRollback: () => Script | undefined;
  /** A comment gives a reason, or says more than the names of what is changed. */
  readonly saysWhy: () => boolean;
  /** The tool's table of migrations, or the one that the history's own SQL keeps. */
  readonly isTracking: (table: QualifiedName | Key) => boolean;
  /** What its file names say against the style. */
  readonly nameFaults: (style: NameStyle) => readonly NameFault[];
  /** Of histories whose own SQL keeps a table of migrations, or the one named: what is wrong with its row there. */
  readonly trackingFaults: (table?: string) => readonly TrackingFault[];
  /** Everything in up and down is understood: no dynamic SQL, nothing that can't be read. */
  readonly readable: () => boolean;
  /**
   * The script says that it has nothing to do, or the path of the up names a database: a sibling does the work on
   * another.
   */
  readonly emptyOnPurpose: (direction: "up" | "down") => boolean;
  /** It stands for a placeholder of a template, which may write more than a name. */
  readonly isPlaceholder: (name: string) => boolean;
  /** Keys and passwords in both scripts, known by their shape, comments included; `what`: `an AWS access key`. */
  readonly secrets: () => readonly (Omit<Secret, "span"> & { readonly at: Place })[];
  /** Those that statements on roles, servers and subscriptions give. */
  readonly passwords: () => readonly WrittenPassword[];
  /** Production doesn't run it: the tool's own word for that, such as a context, or a folder called `dev` or `test`. */
  readonly isForTrials: () => boolean;
  /** The same, where production's migrations are others of this history: what a folder is called says nothing if all are in it. */
  readonly isBesideProduction: () => boolean;
  /** PostgreSQL: the byte order mark that the tool sends with that script, as a problem at its first statement. */
  readonly sentMarks: (of: Direction) => readonly Problem[];
  /** Where findings about a script as a whole point: the start of its first statement. */
  readonly startOf: (script: Script) => Place;
  /**
   * Tables that the migration created and that are still there at its end, perhaps by another name; `isWhole`: nothing of it is
   * unknown, if the migration makes it.
   */
  readonly created: () => readonly {
    readonly table: Relation;
    readonly step: Step;
    readonly isWhole: boolean;
  }[];
  /** Roles of the platform's web API may use the table: by default, or as the migration grants. */
  readonly isExposed: (table: Relation) => boolean;
  /** New tables without row security, though policies of others ask for the tenant by a column that these have, too. */
  readonly openTenantTables: () => readonly OpenTenantTable[];
  /** Unique keys on chosen names, such as emails, that count rows which their table marks as deleted. */
  readonly keysWithDeleted: () => readonly KeyWithDeleted[];
}

/** All histories of a run. */
export interface ProjectScope {
  readonly histories: readonly History[];
  /** What the layouts say about files, for the rule of that name. */
  readonly fileProblems: (histories: readonly History[], rule: FileProblem["rule"]) => readonly FileProblem[];
  /** What the file of a problem would drop and restore. */
  readonly undone: (problem: FileProblem) => readonly Undone[];
  /** Reported: after `startAfter`. */
  readonly pending: (migration: Migration) => boolean;
  /** Numbers that a sequential history leaves out, and none of the others of its tool has. */
  readonly versionGaps: (history: History) => readonly VersionGap[];
  /** Where findings about a script as a whole point. */
  readonly startOf: (script: Script) => Place;
  /** By comparison with a commit; empty without one. */
  readonly edited: () => readonly EditedMigration[];
  readonly late: () => readonly LateComer[];
  /** What doesn't go together with the migrations that the other branch has got meanwhile. */
  readonly conflicts: () => readonly MergeConflict[];
}

/** A new migration of this branch and one of the branch that it is compared with. */
export interface MergeConflict {
  /**
   * - `file`: both have a file of this name, with other texts.
   * - `version`: both have the same version.
   * - `fork`: both continue the same line of migrations, and the tool wants one that is the last.
   * - `fails`: this one fails after the other.
   * - `fails-new`: the same on a new database alone, where the tool sorts them.
   * - `blocks`: the other one fails after this one.
   * - `blocks-new`: the same on a new database, where the tool sorts them.
   * - `differs`: the schema depends on which of them runs first.
   */
  readonly how: "file" | "version" | "fork" | "fails" | "fails-new" | "blocks" | "blocks-new" | "differs";
  /** In this branch's migration. */
  readonly at: Place;
  readonly name: string;
  /** The other branch's migration. */
  readonly other: string;
  /** What it is compared with: `main`. */
  readonly since: string;
  /** Where the layout says it better than the rule. */
  readonly instead?: string | undefined;
  /** The version; what the tool does; why it fails, `there is no column orders.code`; what differs, `column orders.code (type: …)`. */
  readonly what: string;
}

/** A migration that was there at the commit which is compared with, and isn't what it was. */
export interface EditedMigration {
  /** Its first statement, or where it was if it is gone. */
  readonly at: Place;
  /** As it was called. */
  readonly name: string;
  /** `comments`: nothing but comments and blanks. */
  readonly how: "text" | "comments" | "renamed" | "deleted";
  /** As it is called now. */
  readonly to?: string | undefined;
  /** What it is compared with: `main`. */
  readonly since: string;
  /** What the tool does about it; undefined: it doesn't look. */
  readonly consequence?: string | undefined;
}

/** A new migration that comes before one that was there. */
export interface LateComer {
  readonly at: Place;
  readonly name: string;
  /** The newest that was there. */
  readonly newest: string;
  readonly since: string;
  /** What the tool does with it, as far as that is known. */
  readonly consequence?: string | undefined;
  /** The tool runs it all the same, or isn't known. */
  readonly runs: boolean;
  /** How it is moved behind the newest, if not by another version in its name. */
  readonly instead?: string | undefined;
}

/** A place in a file. */
export interface Place {
  readonly path: string;
  readonly span: Span;
  /** It stands for the whole file (its name, its header, its rollback): no line of it is to blame. */
  readonly wholeFile?: true | undefined;
}
