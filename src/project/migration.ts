/** A history as a layout reads it from a folder: which texts run, in which order, and what the runner does around them. */
import type { Changeset } from "../model/changelog.ts";
import type { DialectName, Database } from "../model/dialect.ts";
import type {
  CallRunAgain,
  IgnoredPart,
  LiveModel,
  OneWay,
  RefusedCall,
  ToolCall,
  UnawaitedCall,
} from "../model/call.ts";
import type { DocumentOperation } from "../model/operation.ts";
import type {
  CallWords,
  CodeAdvice,
  CodeFile,
  CodeUnit,
  Declared,
  KeyCall,
  OwnRollback,
  Platform,
  SectionFile,
  SenderWords,
  SharedSection,
} from "../model/tool.ts";
import type { Runner, SessionSetting } from "./facts.ts";
import type { FileProblem } from "./file-problem.ts";
import type { BesideTransaction, EmptyMigration, LateMigration } from "./odd-migration.ts";
import type { SourceMap } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import type { BesideStandIn } from "./sessions/beside-stand-in.ts";

/** The folder as discovery saw it; the only way to files, so that an editor can substitute its buffers. */
export interface FileSystem {
  /** Text of a file decoded as UTF-8 (a BOM is kept as U+FEFF); undefined if there is none. */
  read(path: string): string | undefined;
  /** Names in a folder, sorted; a folder's name ends in `/`. Empty if there is none. */
  list(folder: string): readonly string[];
  /** Where a search begins for which no path is given. Default: `.`, the working directory. */
  roots?(): readonly string[];
  /** The folder of the disk that relative paths start from; undefined: the files aren't on the disk. */
  folder?(): string | undefined;
  /** Changes when the file's text does; undefined: not known. */
  stamp?(path: string): string | undefined;
  /** What was asked for so far, is there and wasn't read, by path as it was asked for. */
  refused?(): ReadonlyMap<string, Refusal>;
}

/** Where a search begins for which no path is given. */
export const searchRoots = (fs: FileSystem): readonly string[] => fs.roots?.() ?? ["."];

/** Why something that is there isn't read. */
export interface Refusal {
  /** Follows a colon: `permission denied`. */
  readonly because: string;
  readonly isFolder: boolean;
}

/** What travels in one protocol message, and so makes an implicit transaction (manual, section 54.2.2.1). */
export type SendUnit =
  /** Each statement alone. */
  | "statement"
  /** Statements that stand on one line, or between marks of the tool, together; the others alone. */
  | "line"
  /** The whole text as one simple query: two or more statements are an implicit transaction block. */
  | "text"
  /** All statements, one Sync: the first, or the one behind a COMMIT, may be CONCURRENTLY; a later one not. */
  | "pipeline"
  /** Not known: only transactions written in the file count. */
  | "unknown";

export interface RunnerTransaction {
  /** The runner opens a transaction around the text: its own, or one for all pending migrations. */
  readonly wraps: "none" | "each" | "all";
  readonly sends: SendUnit;
  /** What can't run in a transaction is surely sent alone only if its file holds nothing else. */
  readonly outsideAlone?: true | undefined;
  /** How the tool sends a section of its own beside that script, which says of itself that it travels in another way. */
  readonly sendsBeside?: SendUnit | undefined;
  /** How this tool is told not to wrap, in words for a message: `transaction:false on the -- migrate:up line`. */
  readonly optOut?: string | undefined;
  /** Where it wraps all: whoever opts out leaves that transaction for good, and others run in one each from then on. */
  readonly leavesAll?: true | undefined;
  /** See `Running.optOutText` and `Running.whole` of a tool. */
  readonly optOutText?: string | undefined;
  readonly whole?: ((statement: string) => string) | undefined;
  /** See `Running.inDollarQuotes` and `Running.wholeScript` of a tool. */
  readonly inDollarQuotes?: ((statement: string) => string) | undefined;
  readonly wholeScript?: true | undefined;
  /** See `Running.rawCall` and `Running.rawImport` of a tool. */
  readonly rawCall?:
    ((sql: string, language: CodeFile["language"], handle?: string, options?: string) => string) | undefined;
  readonly rawImport?: { readonly name: string; readonly from: string } | undefined;
  /** See `Running.keyCall` and `Running.builderCall` of a tool. */
  readonly keyCall?: ((key: KeyCall) => string | undefined) | undefined;
  readonly builderCall?: ((sql: string, callback: string) => string | undefined) | undefined;
  /** See `Running.callWords` and `Running.senderWords` of a tool. */
  readonly callWords?: CallWords | undefined;
  readonly senderWords?: SenderWords | undefined;
  /** See `Running.pools` and `Running.poolTimeout` of a tool. */
  readonly pools?: true | undefined;
  readonly poolTimeout?: string | undefined;
  /** See `Running.handsTransaction` of a tool. */
  readonly handsTransaction?: string | undefined;
  /** Its statements are still SQL, and calls in code are to send them. */
  readonly forCalls?: true | undefined;
  /** See `Running.codeFile` of a tool. */
  readonly codeFile?: ((file: CodeFile) => string) | undefined;
  /** See `Running.keepsParameter` of a tool. */
  readonly keepsParameter?: true | undefined;
  /** See `Running.sectionFile` of a tool. */
  readonly sectionFile?: ((file: SectionFile) => string | undefined) | undefined;
  readonly sectionHead?: string | undefined;
  /** See `Running.divider` of a tool. */
  readonly divider?: string | undefined;
  /** See `Running.codeSteps` of a tool. */
  readonly codeSteps?: ((advice: CodeAdvice) => readonly string[]) | undefined;
  /** See `Running.codeVersion` of a tool. */
  readonly codeVersion?: ((name: string, source: string) => string | undefined) | undefined;
  /** The tool opens its transaction around every file, and nothing in one keeps it from that. */
  readonly always?: true | undefined;
  /** With `always`: statements around which it opens none, where they are alone in their file. */
  readonly runsAlone?: RegExp | undefined;
  /** See `Running.wrapsBack` of a tool. */
  readonly wrapsBack?: true | undefined;
  /** The opt-out was seen; `wraps` still says what the tool does without it. */
  readonly optedOut: boolean;
  /** Session settings that don't reach the next migration; `path`: its default schema comes before what stays in search_path. */
  readonly resets?: readonly string[] | "path" | "all" | undefined;
  /** A file made only of statements that can't run in a transaction isn't wrapped, with no opt-out needed (flyway). */
  readonly autoDetect?: boolean | undefined;
  /** See `Running.commitsCalls` of a tool. */
  readonly commitsCalls?: true | undefined;
  /** MySQL: what follows an implicit commit is a transaction again; else each statement commits from there on. */
  readonly withoutAutocommit?: true | undefined;
  /** MySQL: the runner sends DELIMITER on to the server, which doesn't know this word of the mysql client. */
  readonly sendsDelimiter?: SentDelimiter | undefined;
  /** Lines that mark off what is sent at once where `sends` is `line`; the first group is `Begin` or `End`. */
  readonly together?: RegExp | undefined;
}

/** How a runner that sends DELIMITER on to the server gets the body of a routine there. */
export interface SentDelimiter {
  /** The runner's name. */
  readonly by: string;
  /** What to write in place of DELIMITER; undefined: nothing is needed. */
  readonly instead?: string;
  /** It ends a statement at each line that ends in a semicolon, but between marks: comments that begin like this. */
  readonly cutsOutside?: RegExp;
}

/** One direction of a migration: a file or a section of one. */
export interface Script {
  /** As shown to the user, `/` separated, relative to the working directory. */
  readonly path: string;
  readonly text: string;
  /** The file as it is, where `text` is another one of the same length; such a text can't be mended by edits. */
  readonly written?: string | undefined;
  /** The section; the whole text for a file of its own. */
  readonly part: Span;
  readonly transaction: RunnerTransaction;
  /** Nothing but blanks and comments (as far as the layout sees). */
  readonly empty: boolean;
  /** Of a migration in JavaScript or TypeScript: `text` is the file, and behind it the SQL that its calls send. */
  readonly code?: CodeText | undefined;
}

/** Where the SQL of a migration in code comes from. */
export interface CodeText {
  /** The file as it is. */
  readonly source: string;
  /** From the SQL behind it to the places that make it. */
  readonly map: SourceMap;
  readonly pieces: readonly CodePiece[];
  /** Of the language, in `source`. */
  readonly comments: readonly Span[];
  /** What the language's grammar rejects. */
  readonly problems: readonly { readonly span: Span; readonly message: string }[];
  /** Calls of builders that nothing awaits, in `source`: the tool never sends them. */
  readonly unsent: readonly Span[];
  /** Calls that are sent, and whose promise nothing takes, in `source`. */
  readonly unawaited: readonly UnawaitedCall[];
  /** Calls that the tool is certain to refuse. */
  readonly refused: readonly RefusedCall[];
  /** See `CodeDirection.ignored`. */
  readonly ignored?: readonly IgnoredPart[] | undefined;
  /** See `CodeDirection.runAgain`. */
  readonly runAgain?: readonly CallRunAgain[] | undefined;
  /** Classes of the application that its code works with. */
  readonly liveModels: readonly LiveModel[];
  /** Texts of the files of SQL that it loads, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** How many operations send nothing. */
  readonly silent: number;
  /** In production somebody else does it, in another way. */
  readonly notInProduction?: true | undefined;
  /** A copy of each table takes its changes, and then its place: by this program. */
  readonly copiedBy?: string | undefined;
  /** The up part, which speaks for the file. */
  readonly isFirst: boolean;
  /** The tool makes this direction itself: the migration doesn't write it. */
  readonly derived?: true | undefined;
  /** Derived of what the migration writes for it, too. */
  readonly isWritten?: true | undefined;
  /** It is derived, and the migration says nothing about it: that it exists is nobody's habit. */
  readonly automatic?: true | undefined;
  /** What its function gets first, as written, without a type: `queryInterface`, `{ context: db }`. */
  readonly parameter?: string | undefined;
  /** Undefined: the tool's reader doesn't say. */
  readonly unit?: CodeUnit | undefined;
}

/** The SQL of one call. */
export interface CodePiece {
  /** In the script's text. */
  readonly part: Span;
  /** Stands under a condition: may not run. */
  readonly conditional: boolean;
  /** It runs only where the objects that it is about aren't there yet, or are there. */
  readonly guard?: "ifMissing" | "ifPresent" | undefined;
  /** Stands in a loop. */
  readonly repeated: boolean;
  /** Number of the call, in its direction, of a function of the project that sends it; undefined: none does. */
  readonly inCall?: number | undefined;
  /** The function that sends it does more, which isn't read. */
  readonly isPart?: true | undefined;
  /** Some of it is a placeholder. */
  readonly holes: boolean;
  /** It stands where nothing can be awaited. */
  readonly sync?: "migration" | "callback" | undefined;
  /** It stands in the callback of a builder, which sends what it has collected at its end. */
  readonly inBuilder?: true | undefined;
  /** What the tool hands over, as it is called there. */
  readonly handle?: string | undefined;
  /** What else a call there is handed, so that it belongs to a transaction of the migration's own: `{ transaction }`. */
  readonly options?: string | undefined;
  /** It surely isn't handed that: it runs beside the transaction, on another connection. */
  readonly isBeside?: true | undefined;
  /** See `OperationBase.byTool`. */
  readonly byTool?: true | undefined;
  /** See `OperationBase.call`. */
  readonly call?: ToolCall | undefined;
  /** The tool splits it, and sends its statements one by one. */
  readonly splits?: true | undefined;
  /** The operation that sends it, as its tool names it: `RunPython`, `add_column`. */
  readonly sender: string;
  /** What the call does, where it sends no SQL. */
  readonly operations?: readonly DocumentOperation[] | undefined;
  /** Not known before it runs; `prefix`: its constant first part; `isData`: code that changes rows, and no schema. */
  readonly dynamic?: { readonly prefix?: string | undefined; readonly isData?: true | undefined } | undefined;
  /** The language's statement around the call, in `source`. */
  readonly statement: Span;
}

export interface Migration {
  /** Position in the history, from 0, in the order in which the tool applies. */
  readonly index: number;
  /** As written in the name: `001`, `20260130191544`; undefined for repeatables. */
  readonly version?: string | undefined;
  /** By the tool's own list, as a version that is a time says it: `20260130191544`. Undefined: only the version may say it; null: that is made up. */
  readonly writtenAt?: string | null | undefined;
  /** By git: when it was committed first, in milliseconds since 1970. Known only where nothing else says when. */
  readonly committedAt?: number | undefined;
  /** The commit, where its time is no proof: the history is too short, or began with it. It may be older elsewhere. `isMany`: with many others. */
  readonly broughtBy?:
    { readonly id: string; readonly at?: number | undefined; readonly isMany?: boolean } | undefined;
  /** By git: the number of the first one that the commit of this one edited, so that its tool refuses to run where that had run. */
  readonly editsFrom?: number | undefined;
  /** For messages: `20260130191544_initial_schema`. */
  readonly name: string;
  /** Free text of the name: `initial_schema`. */
  readonly description: string;
  readonly kind: "versioned" | "repeatable" | "baseline";
  /** Nobody has it yet but who writes it: graphile-migrate's `current.sql`. */
  readonly inWork?: true | undefined;
  readonly up: Script;
  readonly down?: Script | undefined;
  /** Written in code, or in a file that can't be read: it isn't read and may change anything. */
  readonly unread?: boolean | undefined;
  /** It is one of a changelog. */
  readonly changeset?: Changeset | undefined;
  /** It does nothing on this database, but on others; or the runner passes it over. What it says is done there in another way. */
  readonly emptyHere?: true | undefined;
  /** Versions or files before it aren't there, or can't be read, which its tool asks for: what they changed isn't known. */
  readonly afterGap?: true | undefined;
  /** Another migration names it as the one that it follows: its file can't be deleted. */
  readonly isFollowed?: true | undefined;
  /** `shop.0001_initial`: those that have to run before it, however it or they say that. Undefined: its code alone says. */
  readonly follows?: readonly string[] | undefined;
  /** It runs on an empty database only: its tool takes it as applied where there is anything. */
  readonly beforeBaseline?: true | undefined;
  /** One of several files that are a single change (versions `20191100000001` + `000000`, …): their tool takes them back one by one. */
  readonly partOf?: string | undefined;
  /** Those with the same one are deployed together: written at once, the work of one issue, or a command's first ones. */
  readonly deployment?: string | undefined;
  /** Who wrote it, as it says: of a changeset. */
  readonly author?: string | undefined;
  /** A marker says that it can't be undone, and why. */
  readonly irreversible?: string | undefined;
  /** It states that the tool accepts other texts than this one: of all, or by their checksums. */
  readonly accepts?: { readonly any: boolean; readonly sums: readonly string[] } | undefined;
  /** The tool skips it where its precondition isn't met; or it is another form of a file, in place of which it is run. */
  readonly skippable?: true | undefined;
  /** It is for tests or development alone, by its own words. */
  readonly trial?: true | undefined;
  /** Other databases run it, too: `dbms` of what is for this one alone. */
  readonly shared?: SharedSection | undefined;
  /** Other databases run its file, which can't say what is for which of them. */
  readonly runsElsewhere?: true | undefined;
  /** Lines of its section that ask when it runs. */
  readonly conditions?: readonly string[] | undefined;
  /** The tool goes on without it where it fails. */
  readonly ignoresFailure?: IgnoredFailure | undefined;
  /** The first of its operations that the tool can't take back, where nothing says that this is meant. */
  readonly oneWay?: OneWay | undefined;
  /** What to write where its way back isn't there, or does nothing. */
  readonly missingDown?: string | undefined;
}

/** Where a migration says that the tool is to go on without it. */
export interface IgnoredFailure {
  /** In the file as it is. */
  readonly at: Span;
  readonly path: string;
  /** As the file writes it. */
  readonly written: string;
  readonly instead: string;
}

/** Where a tool keeps the way back: another file, a section, or it has none. */
export type RollbackStyle = "file" | "section" | "none";

/** What names without a schema mean, and are sent as. */
export interface Schemas {
  /** PostgreSQL: the search_path of its sessions, where it isn't the server's. */
  readonly searchPath?: readonly string[] | undefined;
  /** PostgreSQL: the schema that the tool itself writes before names without one, where its sessions may not look there. */
  readonly writtenSchema?: string | undefined;
  /** MySQL and MariaDB: the database of its connection, in which names without one are. */
  readonly ownDatabase?: string | undefined;
}

/** What a history has from the tool that runs it, whatever its files are. */
export interface ToolFacts extends Schemas {
  /** The tool's name: `raw`, `golang-migrate`, … */
  readonly tool: string;
  /** Its release, as far as the project's lock file or list of packages says it: `5.2.1`. */
  readonly toolRelease?: string | undefined;
  /** MongoDB: the newest major release of its driver that the project's package.json takes; undefined: any. */
  readonly driver?: number | undefined;
  /** No tool runs it that is known: its own scripts may write down what was applied. */
  readonly handMade: boolean;
  /** Its migrations say which ones they continue: a new one is run, whatever place it has among the others. */
  readonly inGraph?: true | undefined;
  /** A hole in the numbers is reported as a fault of the file's name, and not as a gap, too. */
  readonly holesAreFaults?: true | undefined;
  /**
   * PostgreSQL: it ends with an error where a script has ended the transaction that it opened. `all`: where that is one
   * for all pending migrations.
   */
  readonly checksCommit?: true | "all" | undefined;
  /** How its code runs statements in a savepoint of the transaction that it is in: follows "run it in a savepoint". */
  readonly savepoint?: string | undefined;
  /**
   * PostgreSQL: the function in which a second instance of it waits. The call holds a snapshot, and a concurrent build
   * waits for that: measured, one of the two ends with "deadlock detected".
   */
  readonly waitsInLock?: string | undefined;
  /** PostgreSQL: the `statement_timeout` that the project's settings give the sessions of migrations. */
  readonly statementTimeout?: SessionSetting | undefined;
  /** It sends the byte order mark that a file of SQL begins with to the server. */
  readonly sendsMark?: true | undefined;
  /** A name may become another one before it is sent, which no migration says. */
  readonly mapsNames?: true | undefined;
  /** What it calls an index of these columns that is given no name. */
  readonly indexName?: ((table: string, columns: readonly string[]) => string) | undefined;
  /** It writes CASCADE with every DROP of a table or a column. */
  readonly cascades?: true | undefined;
  readonly web?: Platform | undefined;
  /** Where the schema is declared that its migrations are made from. */
  readonly declared?: Declared | undefined;
}

export interface History extends ToolFacts {
  /** Folder of the migrations as shown to the user. */
  readonly root: string;
  /** The shape of its files, for `raw`: `timestamps`, `numbered`, `pairs`, `folders`, `sections`. */
  readonly layout: string;
  /** Why this layout, for `--verbose`: `3 files with a line "-- migrate:up"`. */
  readonly evidence: readonly string[];
  /** No tool is known, but only tools read such names, and all of them wrap each file in a transaction. */
  readonly likelyWrapped?: true | undefined;
  readonly rollbacks: RollbackStyle;
  /** At least one rollback does something. */
  readonly keepsRollbacks: boolean;
  /** The first migration changes what something else installed: tables that it doesn't create may be there. */
  readonly continues?: boolean | undefined;
  /** A file that its tool writes of what all migrations lead to, where it has tables that none of them may make. */
  readonly dump?: string | undefined;
  /** The last migration that the project's settings take for accepted as it is: it and older ones aren't reported. */
  readonly startAfter?: string | undefined;
  /** The project depends on a client of the platform of `web`, whatever tool runs the migrations. */
  readonly callsPlatform?: true | undefined;
  /** As whom the project's settings have it run, as far as they name one. */
  readonly logins?: readonly string[] | undefined;
  /** Set by the tool's settings, outside of the files: `5s`. */
  readonly lockTimeout?: string | undefined;
  /** See `SessionSetting.sent`. */
  readonly sentLockTimeout?: SessionSetting | undefined;
  /** Versions are compared part by part: zeros in front of a number mean nothing. */
  readonly comparesParts?: true | undefined;
  /** See `Tool.ownRollback`. */
  readonly ownRollback?: OwnRollback | undefined;
  /** See `Tool.oneAlter`. */
  readonly oneAlter?: { readonly how: string; readonly calls: readonly string[] } | undefined;
  /** See `Tool.passesMissingDown`. */
  readonly passesMissingDown?: true | undefined;
  /** Name of a rollback for messages: `20260130191544_x_rollback.sql`. */
  readonly rollbackName: (migration: Migration) => string;
  readonly migrations: readonly Migration[];
  readonly problems: readonly FileProblem[];
  /** Of the first history of a discovery: folders in `.gitignore` that hold migrations. */
  readonly ignored?: readonly string[] | undefined;
  /** Sentences: folders of scripts beside it that nothing runs, and what nothing is known to run. */
  readonly loose?: readonly string[] | undefined;
  /** Nothing of the project runs it: a sentence that says why. Not sure: somebody may run it by hand. */
  readonly unrun?: { readonly says: string; readonly isSure: boolean; readonly idle?: string } | undefined;
  /** What says that nothing of the project runs it: only who names it has it linted. */
  readonly idle?: string | undefined;
  /** Folders with the same migrations: they are linted once. */
  readonly copies?: readonly string[] | undefined;
  /** Files that are read and hold no migration. */
  readonly alsoRead?: readonly string[] | undefined;
  /** Sentences: what its tool runs, and no migration holds. */
  readonly notRead?: readonly string[] | undefined;
  /** The tool's own history table, never an application's: `schema_migrations`. */
  readonly trackingTables: readonly string[];
  /** What the tool does when the text of an applied migration is another one; undefined: it doesn't look. */
  readonly edited?: string | undefined;
  /** See `Applied.checked` of a tool. */
  readonly checked?: ((sql: string, changeset: Changeset | undefined) => string) | undefined;
  readonly empty?: EmptyMigration | undefined;
  readonly besideTransaction?: BesideTransaction | undefined;
  /** See `Declared.wide`: what the tool's own queries give the application. */
  readonly wide?: Declared["wide"];
  /** What the tool asks for, in words, before it runs again after any failure: `migrate force`. */
  readonly afterFailure?: string | undefined;
  /** Undefined: not known. */
  readonly late?: LateMigration | undefined;
  /** How scripts of the project run files that no tool runs, where these say so. */
  readonly runner?: Runner | undefined;
  /** MySQL and MariaDB: such a script catches the errors for objects that exist already, and continues. */
  readonly ignoresDuplicates?: true | undefined;
  /** What the SQL of its files is written in. */
  readonly dialect: DialectName;
  /** MySQL and MariaDB: the sql_mode that it is read in; undefined: the server's own. */
  readonly sqlMode?: string | undefined;
  /** The project's only addresses are those of H2 or its like, which accepts what the dialect's server refuses. */
  readonly runsOnStandIn?: true | undefined;
  readonly besideStandIn?: BesideStandIn | undefined;
  /** Its server has TimescaleDB: a table that the history doesn't make may be a hypertable. */
  readonly timescale?: true | undefined;
  /** Why this dialect, for `--verbose`, empty if it is only the default; and what speaks against it. */
  readonly dialectEvidence?: readonly string[] | undefined;
  readonly dialectDespite?: string | undefined;
  /** Of the server, stated or found: `16`; undefined: not known. */
  readonly serverVersion?: string | undefined;
  /** Why this version, for `--verbose`. */
  readonly serverEvidence?: readonly string[] | undefined;
}

/** A history as it is found: of any database. */
export type AnyHistory = Omit<History, "dialect"> & { readonly dialect: Database };

/** Tells histories apart: one folder may hold those of several databases. */
export const historyKey = ({ root, dialect }: Pick<AnyHistory, "root" | "dialect">): string =>
  `${root}\0${dialect}`;

/** What the tool derives from a changeset, nobody has chosen to write. */
const hasDerivedRollback = ({ down, changeset }: Migration): boolean =>
  changeset !== undefined && down?.code?.derived === true;

/** What the tool makes of any migration, nobody has chosen to have. */
export const hasAutomaticRollback = ({ down }: Migration): boolean => down?.code?.automatic === true;

/** At least one of the rollbacks does something. */
export const keepsRollbacks = (migrations: readonly Migration[]): boolean =>
  migrations.some((one) => one.down?.empty === false && !hasDerivedRollback(one));

/** The files that a migration is made of; one may occur twice. */
export const filesOf = ({ up, down }: Migration): readonly string[] =>
  [up, down].flatMap((script) =>
    script === undefined ? [] : [script.path, ...(script.code?.files.keys() ?? [])],
  );

/** True if the file is a migration, a rollback, one that they load, or one with a problem of its own. */
export const holdsFile = ({ migrations, problems }: AnyHistory, file: string): boolean =>
  problems.some(({ path }) => path === file) || migrations.some((one) => filesOf(one).includes(file));
