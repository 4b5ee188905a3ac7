/**
 * What a migration tool is, as data and functions of the files: by what it is recognised, which files it reads, and what
 * it does around them. Each tool is a value in `tools/<name>.ts`; nothing else knows a tool by its name.
 */
import type { Changeset } from "../model/changelog.ts";
import type { Database } from "../model/dialect.ts";
import type {
  CallWords,
  CodeAdvice,
  SectionFile,
  SenderWords,
  CodeFile,
  CodeUnit,
  Declared,
  DeclaredTable,
  KeyCall,
  NewCodeFile,
  OwnRollback,
} from "../model/tool.ts";
import type { FolderView, Order, ScriptSource } from "./layouts/layout.ts";
import { isSql } from "./layouts/names.ts";
import type { MarkerStyle } from "./layouts/section-markers.ts";
import type { SessionSetting } from "./facts.ts";
import type { Commands } from "./commands.ts";
import type { Manifest } from "./manifests.ts";
import type { FileProblem } from "./file-problem.ts";
import type {
  FileSystem,
  Migration,
  RollbackStyle,
  RunnerTransaction,
  Schemas,
  SendUnit,
  ToolFacts,
} from "./migration.ts";
import type { BesideTransaction, EmptyMigration, LateMigration } from "./odd-migration.ts";
import type { Tracking } from "./tracking.ts";

/** Files in a package root, or settings there, that tell that a tool is in use; any of them is enough. */
export interface Sign {
  /** Paths from the package root. */
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Partial<Record<Manifest, readonly string[]>>>;
  /** Text of files in a package root: how the tool is called there, or its settings in a file of a common name. */
  readonly mentions?: { readonly files: readonly string[]; readonly pattern: RegExp };
  /** What a source of the JVM says that runs it, where nothing else speaks. */
  readonly inSources?: RegExp;
  /** Paths from the folder of migrations; one is enough. */
  readonly beside?: readonly string[];
  /** How the path of the folder of migrations ends. */
  readonly folder?: string;
  /** The list of what it runs, as a path from the folder of migrations: folders below that one aren't migrations of it. */
  readonly list?: string;
  /** Without one of `beside`, its `folder` or a matching line, the tool doesn't read this folder. */
  readonly needsProof?: boolean;
  /** Its steps are code: it reads SQL only where steps of the same names lie in the folder, or in the one above. */
  readonly needsCode?: boolean;
  /** A name of a file that only this tool writes; without one, it doesn't read this folder. */
  readonly name?: RegExp;
  /** It also checks the files of others: its own are those that have one of its shapes before all others. */
  readonly firstShape?: boolean;
  /** A line that only this tool's files have. */
  readonly line?: RegExp;
}

/** Words that a migration in JavaScript or TypeScript for this tool can't do without. */
export interface CodeSign {
  readonly words: RegExp;
  /** Programs of others have them, too: where the project names another tool whose calls fit, it is that one's. */
  readonly anyones?: true;
  /** What follows the first parameter of `up`, whatever it is called; believed where the project names the tool. */
  readonly calls?: RegExp;
  /** Where settings name the folder of migrations: the first group holds the parts of its path, as texts of JavaScript. */
  readonly folder?: { readonly files: readonly string[]; readonly pattern: RegExp };
  /** What they all have; without it, in a folder that isn't named for migrations, a file is a script that runs by itself. */
  readonly has?: RegExp;
  /** What its migrations don't have. */
  readonly without?: RegExp;
  /** What the tool writes into code around SQL in files of its own, which are read instead. */
  readonly loadsSql?: RegExp;
  /** The words with the lowest number are the most telling; of equal ones the tool that comes first by name. */
  readonly rank: number;
  /** Such files are scripts that migrate: a folder of them is no history. */
  readonly isScript?: true;
  /** Jobs that somebody else runs stand among its migrations: a quarter of a folder's files with the words is enough. */
  readonly amongJobs?: true;
}

/** Files below a folder of the project, and a pattern whose first group names the database. */
export interface DatabaseSetting {
  readonly files: readonly string[];
  readonly pattern: RegExp;
  /** Names it where the pattern has no group. */
  readonly word?: string;
}

/** What the environment may name instead: any database, or surely another one than the file for development. */
export type FromEnvironment = "any" | "server";

/** Where a tool's own files say which database it is for. */
export interface DatabaseSigns {
  /** What the folder's program says, believed before all others. `isFixed`: no environment says another one. */
  inProject?(view: FolderView):
    | {
        readonly dialect: Database;
        readonly file: string;
        readonly isFixed?: boolean;
        readonly fromEnvironment?: FromEnvironment | undefined;
      }
    | undefined;
  /** Believed before the texts of the migrations. */
  readonly settings?: readonly DatabaseSetting[];
  /** The same, where the migrations are code. */
  readonly codeSettings?: readonly DatabaseSetting[];
  /** Addresses of a database, asked for when nothing nearer says it. */
  readonly addresses?: readonly DatabaseSetting[];
  /** A call in a program, which names it first: asked for when nothing else tells which of several it is. */
  readonly call?: RegExp;
  /** Asked for after the addresses that any program may have. */
  readonly mentions?: readonly DatabaseSetting[];
}

/** Where a tool's settings say which version of the server it is for. */
export interface ServerSetting {
  /** Undefined: of any. */
  readonly dialect?: Database | undefined;
  /** From the package root; the folder that it lies in is the tool's. */
  readonly file: string;
  /** The version, and the words that say it. */
  read(text: string): { readonly version: string; readonly says: string } | undefined;
}

/** Where a tool's settings say what it wraps. */
export interface WrapsSetting {
  readonly files: readonly string[];
  /** Its first group, or the whole of it, decides. */
  readonly pattern: RegExp;
  wraps(word: string): RunnerTransaction["wraps"];
}

/** Migrations of a kind that isn't read. */
export interface UnreadKind {
  /** The language, and the tool: `Python for Django`. */
  readonly what: string;
  /** How its tool writes the SQL that it would send, if it can. */
  readonly sql?: string | undefined;
  /** Of the paths of its folders. */
  readonly folder: RegExp;
  readonly file: RegExp;
  /** A word that one of the files has. */
  readonly text?: RegExp;
  /** The file holds a list: each of these in its text is a migration. */
  readonly each?: RegExp;
  /** A file that only includes others, by their paths; undefined: it isn't one. `whole`: what to call it without these. */
  readonly includes?: {
    readonly of: (text: string) => readonly string[] | undefined;
    readonly whole: string;
  };
  /** A file of this name may be something else than a migration. */
  readonly uncertain?: true;
}

/** How it is recognised. */
interface Recognised {
  /** Any of them is enough; none where only the files themselves tell. */
  readonly signs: readonly Sign[];
  /** Where signs of several tools are found, the lowest number wins; of equal ones the tool that comes first by name. */
  readonly rank: number;
  readonly code?: CodeSign;
  /** A layout that is this tool's alone: a folder that has it first of all is the tool's. */
  readonly ownShape?: string;
  /** Its file names may name a dialect: where some do it is this tool, elsewhere its signs say little. */
  readonly infixes?: true;
  /** What lies in the folders of single steps, or a word in a name, where nothing else speaks. */
  readonly sideFile?: { readonly shape: string; readonly pattern: RegExp; readonly what: string };
  /** All files of a shape have names that only its own command writes, in a package of its language: where nothing else speaks. */
  readonly ownNames?: {
    readonly shape: string;
    readonly manifest: Manifest;
    readonly pattern: RegExp;
    /** How people call the tool: where a document says so, a script that sends files itself doesn't speak against it. */
    readonly calls: RegExp;
    readonly what: string;
  };
  /** It has no folder of its own: whoever runs it names one. */
  readonly asksFolder?: true;
  /** The one database that it is for, whatever else the project uses. */
  readonly only?: Database;
  /** It may only write the files: what a program or a script says that lets it apply them, too. */
  readonly applies?: RegExp;
  /** The same for the release that the project has, where that matters. */
  appliesIn?(fs: FileSystem, root: string): RegExp;
  /** What a script says that changes the database to the declared schema, without the tool's files. */
  readonly pushes?: RegExp;
  readonly database?: DatabaseSigns;
  /** The release that the project uses of it: `5.2.1`. Undefined: nothing says it. */
  releaseIn?(root: string, read: (path: string) => string | undefined): string | undefined;
  /** MongoDB: the newest major release of the driver that hands over its databases. Undefined: any. */
  driverIn?(root: string, read: (path: string) => string | undefined): number | undefined;
  /** The oldest server that a release connects to: `8.0.11`. */
  oldestServer?(release: string, dialect: Database): string | undefined;
  readonly server?: ServerSetting | readonly ServerSetting[];
  /** The project says that migrations up to this version are accepted as they are. */
  acceptedUpTo?(
    root: string,
    read: (path: string) => string | undefined,
  ): { readonly version: string; readonly file: string } | undefined;
  /** `lock_timeout`, or MySQL's `lock_wait_timeout`, that the project's settings give the sessions of migrations: `5s`. */
  lockTimeoutIn?(
    root: string,
    read: (path: string) => string | undefined,
    programs: Programs,
  ): SessionSetting | undefined;
  /** PostgreSQL: the `statement_timeout` that they give them. */
  statementTimeoutIn?(
    root: string,
    read: (path: string) => string | undefined,
    programs: Programs,
  ): SessionSetting | undefined;
  /** MySQL's `sql_mode`, where the project's settings give the sessions another than the server's own. */
  sqlModeIn?(root: string, read: (path: string) => string | undefined): SessionSetting | undefined;
  /** Its migrations in a language that isn't read. */
  readonly unread?: UnreadKind;
}

/** What it reads, in which order, and what it does with names that it can't use. */
interface Files {
  /** Layouts that its files may have, best first. */
  readonly shapes: readonly string[];
  /** The lines that open an up and a down section. */
  readonly marks?: MarkerStyle;
  readonly order?: Order;
  /** Overrides what the layout says: a tool that has no way back. */
  readonly rollbacks?: RollbackStyle;
  /** The same for one of its shapes: sqlx has a way back in pairs only. */
  readonly rollbacksOf?: Readonly<Record<string, RollbackStyle>>;
  /** What it does with two files of one version; `fine` where the whole name counts. */
  readonly duplicates?: string;
  /** Its version is the digits before the first `_`: 20260105 of `20260105_1533_notes.sql`. */
  readonly digitVersions?: true;
  /** What it does with a name it can't read: `skips it`. */
  readonly badName?: string;
  /** Its numbers go from 1 on without a hole: it refuses to run otherwise. */
  readonly contiguous?: true;
  /** See `ToolFacts.inGraph`. */
  readonly inGraph?: true;
  /** See `ToolFacts.holesAreFaults`. */
  readonly holesAreFaults?: true;
  /** Sections and code: a file needs no number in front of its name. */
  readonly anyName?: true;
  /** Pairs: how it reads a file that names no direction, beside those that do: as an up, or by its sections. */
  readonly singles?: "up" | "sections";
  /** Flyway's names: `U` is a forward migration that may come late, not an undo. */
  readonly forwardU?: true;
  /** Code: its migrations are classes. */
  readonly classes?: true;
  /** Code: the function that takes a migration back, if it isn't `down`. */
  readonly downExport?: string;
  /** Code: a migration without a way back is taken back all the same, and nothing happens. */
  readonly passesMissingDown?: true;
  /** Code: what to write where the way back that it makes itself fails, leads to another schema, or changes rows again. */
  readonly ownRollback?: OwnRollback;
  /** Code: how several changes of a table become one ALTER TABLE; follows "combine them in ". */
  readonly oneAlter?: { readonly how: string; readonly calls: readonly string[] };
  /** Code: the number by which it sorts a migration with this text, where the name of the file doesn't decide. */
  versionInCode?(text: string): string | undefined;
  /** Code: it runs files of SQL among those in code. */
  readonly sqlAmongCode?: true;
  /** Certainly run for its name, whatever the other files are; a path below the root. Instead of what its layout says. */
  runs?(file: string): boolean;
  /** The same, beside what a layout says that knows such names. */
  runsToo?(file: string): boolean;
  /** It runs files for their names, whatever folder below the root they lie in. */
  readonly runsAllBelow?: true;
  /** A list of its own names what it runs: a file that the list doesn't name isn't meant. */
  readonly planned?: true;
  /** Stems of the files that its own list names, with their places, if there is one: it runs no others. */
  listed?(view: FolderView): ReadonlyMap<string, number> | undefined;
  /** Of that list: when each of them was written, in milliseconds since 1970. */
  times?(view: FolderView): ReadonlyMap<string, number>;
  /** True for a file that holds all before it, for empty databases. */
  isBaseline?(text: string): boolean;
  /** The same by the name of a step's folder. */
  isBaselineFolder?(name: string, all: readonly string[]): boolean;
  /** The text as it is sent, of the same length. */
  sent?(text: string): string;
  /** Another order than that of the names. */
  inOrder?(migrations: readonly Migration[], view: FolderView): readonly Migration[];
  /** What its own lists and hashes say about the files. */
  problems?(view: FolderView, migrations: readonly Migration[]): readonly FileProblem[];
  /** Sentences: what its own lists name, and none of the migrations holds; `problems`: its own, which say so already. */
  notRead?(
    view: FolderView,
    migrations: readonly Migration[],
    problems: readonly FileProblem[],
  ): readonly string[];
}

/** What it does around a script. */
interface Running {
  readonly wraps: RunnerTransaction["wraps"];
  /** MySQL: each call commits by itself, or each statement that it sends. */
  readonly commitsCalls?: true;
  /** Where it wraps otherwise: it asks whether the database can undo changes of a schema. */
  readonly wrapsOn?: Partial<Record<Database, RunnerTransaction["wraps"]>>;
  readonly sends: SendUnit;
  /** What travels when the opt-out is there, if that differs. */
  readonly sendsOptedOut?: SendUnit;
  /** Settings of another tool that say so: they take the schema that this one declares, and apply folders of their own. */
  readonly exported?: { readonly file: string; readonly pattern: RegExp };
  /** What travels of a script like this one, if that differs. */
  sendsDivided?(source: ScriptSource): SendUnit | undefined;
  /** See `RunnerTransaction.outsideAlone`. */
  readonly outsideAlone?: true;
  /** The driver gets a script like this one whole, and makes a pipeline of it. */
  sendsAsOne?(source: ScriptSource): boolean;
  /** A file may hold several sections of one direction: the tool runs them as one, with the options of each. */
  readonly joinsSections?: true;
  /** See `RunnerTransaction.together`. */
  readonly together?: RunnerTransaction["together"];
  readonly optOut?: string | undefined;
  /** See `RunnerTransaction.leavesAll`. */
  readonly leavesAll?: true;
  /** The opt-out is for the way up alone: it takes each migration back in a transaction. */
  readonly wrapsBack?: true;
  /** See `RunnerTransaction.runsAlone`. */
  readonly runsAlone?: RegExp | undefined;
  /** The opt-out as text at the top, if that is all it takes. Advice begins with it; a tool may read it in a comment, too. */
  readonly optOutText?: string;
  /** The opt-out behind the line that begins a section (` transaction:false`), or as a file beside the migration. */
  readonly optOutMark?: string;
  readonly optOutBeside?: ((file: string) => { readonly file: string; readonly text: string }) | undefined;
  /** A statement with semicolons inside as it has to be written, where the tool cuts statements at them. */
  readonly whole?: (statement: string) => string;
  /** A statement of a file as it has to be written in dollar quotes, where the driver changes only what stands outside. */
  readonly inDollarQuotes?: (statement: string) => string;
  /** What `whole` asks for holds for a script as a whole: it travels as one text. */
  readonly wholeScript?: true;
  /**
   * In code: the call that sends a statement, a literal of the language. `handle`: what the migration calls what the tool
   * hands over; undefined: as its manual does. `options`: what makes it a part of a transaction begun before. */
  readonly rawCall?: (
    sql: string,
    language: CodeFile["language"],
    handle?: string,
    options?: string,
  ) => string;
  /** What `rawCall` takes from the tool's package, where a file has to import it. */
  readonly rawImport?: { readonly name: string; readonly from: string };
  /** In its migrations in code: how the calls that make a table declare its key. */
  readonly keyCall?: (key: KeyCall) => string | undefined;
  /** In code: a statement about a table as a call in its callback, called `callback`. Undefined: no call sends the same. */
  readonly builderCall?: (sql: string, callback: string) => string | undefined;
  /** In its migrations in code: what to write where MySQL's own words would be advice for SQL, and in its calls. */
  readonly callWords?: CallWords;
  readonly senderWords?: SenderWords;
  /** In its migrations in code: outside of a transaction, two calls may take two connections. */
  readonly pools?: true;
  /** With `pools`: words for how its connections to PostgreSQL get a `lock_timeout`. */
  readonly poolTimeout?: string;
  /** In its migrations in code: a call is in the transaction around it only if that is among its options. Words for how. */
  readonly handsTransaction?: string;
  /** In its migrations in code: a whole file. */
  readonly codeFile?: (file: CodeFile) => string;
  /** Of migrations in code whose file says more than `codeFile`: what it follows, what it imports. */
  readonly newFile?: (file: NewCodeFile) => string;
  /** Operations of its migrations in code that do more than SQL and the state of the models can, by name. */
  readonly beyondSql?: RegExp;
  /** Where the name of a new migration in code doesn't continue the newest one's: its name, without folder. */
  readonly newName?: (
    newest: string,
    after: CodeUnit | undefined,
    words: string,
    now: Date,
  ) => string | undefined;
  /** `codeFile` takes what the functions of the project's migrations get. */
  readonly keepsParameter?: true;
  /** In its files of SQL with several migrations: a step of advice as one of them (undefined: it can't be one), and the file's first line. */
  readonly sectionFile?: (file: SectionFile) => string | undefined;
  readonly sectionHead?: string;
  /** What its files of SQL have between two statements: each part is sent as one message. */
  readonly divider?: string;
  /** In its migrations in code that say what they follow: each step of advice, as a file of its own or a part of one. */
  readonly codeSteps?: (advice: CodeAdvice) => readonly string[];
  /** With `codeFile`: the digits that the tool sorts by, 13 of milliseconds or 14 of a UTC time, in a file's `name`. */
  readonly codeVersion?: (name: string, source: string) => string | undefined;
  /** The same for its migrations in code, where that differs. */
  readonly codeOptOut?: string;
  /** The same, as the language of the file writes it. */
  readonly codeOptOutIn?: (path: string) => string;
  /** The same for files of SQL that its migrations in code load. */
  readonly whereLoaded?: Pick<Tool, "optOut" | "whole" | "sendsDelimiter">;
  optedOut?(source: ScriptSource): boolean;
  autoDetect?(source: ScriptSource): boolean;
  /** What the project's settings say of it; undefined where they can't say anything. */
  readonly wrapsSetting?: WrapsSetting;
  readonly declared?: Declared;
  /** See `ToolFacts.indexName`. */
  readonly indexName?: (table: string, columns: readonly string[]) => string;
  /** Its first group: the name of a table that sources declare, where only that is read of them. */
  readonly declaresTable?: RegExp;
  /** Reads what the project of a folder of migrations declares; undefined: that isn't found. */
  declaredTables?(fs: FileSystem, root: string): readonly DeclaredTable[] | undefined;
  /** What the project's files make of `declared`; undefined: the tool has no schema to compare with, only the migrations. */
  declaredAs?(declared: Declared, fs: FileSystem, root: string): Declared | undefined;
  /** Spring Boot runs it, unless `spring.<name>.enabled` is false. */
  readonly switchedBySpring?: true;
  /** See `RunnerTransaction.resets`. */
  readonly resets?: RunnerTransaction["resets"];
  /** See `ToolFacts.sendsMark`. */
  readonly sendsMark?: true;
  /** See `ToolFacts.waitsInLock`. */
  readonly waitsInLock?: string;
  /** See `ToolFacts.checksCommit`. */
  readonly checksCommit?: true | "all";
  /** See `ToolFacts.savepoint`. */
  readonly savepoint?: string;
  /** `release`: see `releaseIn`. */
  besideTransaction?(view: FolderView, release: string | undefined): BesideTransaction | undefined;
  schemas?(view: FolderView): Schemas | undefined;
  /** MySQL: JDBC's `setAutoCommit(false)`, or `SET AUTOCOMMIT = 0`, where others send one BEGIN. */
  readonly withoutAutocommit?: true;
  /** MySQL: it sends DELIMITER on to the server. Left out where it knows the word, or nobody knows. */
  readonly sendsDelimiter?: Omit<NonNullable<RunnerTransaction["sendsDelimiter"]>, "by">;
}

/** What it writes down, and what it makes of that at the next run. */
interface Applied {
  readonly trackingTables: readonly string[];
  /** What it does when the text of a migration that it has applied is another one: it keeps checksums. `deploysEdited`: goes on. */
  readonly edited?: string;
  readonly deploysEdited?: true;
  /** What its checksum of a migration covers, of the text; default: all of it. */
  readonly checked?: (sql: string, changeset: Changeset | undefined) => string;
  /** What to do with one that does nothing, where another file names it or checksums cover its comments. */
  readonly empty?: EmptyMigration;
  /** What it does with a new migration that comes before one that it has applied. */
  readonly late?: LateMigration;
  /** The same where the project's programs tell it so; undefined: they don't. */
  lateIn?(fs: FileSystem, root: string): LateMigration | undefined;
  /** What its table says; undefined: it has none that a query can read. */
  readonly tracking?: Tracking;
  /** Its command lines; undefined: the project's own program calls it. */
  readonly commands?: Commands;
}

/** The project's programs near the migrations, which may run them, with the beginnings of their texts. */
export type Programs = () => Iterable<{ readonly path: string; readonly text: string }>;

export interface Tool extends Recognised, Files, Running, Applied {
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** No tool at all: nobody knows how the files are run, and who writes down that they were. */
  readonly handMade?: true;
  /** Its libraries may turn names into others before they are sent: `referenceType` into `reference_type`. */
  readonly mapsNames?: true;
  /** See `Declared.wide`, of queries that it builds for the application as well. */
  readonly wide?: Declared["wide"] | ((fs: FileSystem, root: string) => Declared["wide"]);
  /** It writes CASCADE with every DROP of a table or a column: nobody chose it. */
  readonly cascades?: true;
  /** What its roles may read and write of exposed tables, row security decides. */
  readonly web?: ToolFacts["web"];
  /** Whatever runs the migrations, libraries by which programs use its platform, and addresses of its databases. */
  readonly clients?: NonNullable<Sign["dependencies"]>;
  readonly hosts?: RegExp;
  /** What differs in this project: by the tool's version there, or by the names of its files. */
  adapted?(fs: FileSystem, view: FolderView): Partial<Running>;
  /** The same for its migrations in code, which stand in the folder `root`. */
  adaptedCode?(fs: FileSystem, root: string): Partial<Running>;
}

/** The first characters of the file. */
export const first =
  (pattern: RegExp) =>
  (source: ScriptSource): boolean =>
    pattern.test(source.text.slice(0, 400));

/** A line of the script's own part. */
export const line =
  (pattern: RegExp) =>
  (source: ScriptSource): boolean =>
    pattern.test(source.text.slice(source.part.start, source.part.end));

/** The line that opens the script's section. */
export const marker =
  (pattern: RegExp) =>
  (source: ScriptSource): boolean =>
    pattern.test(source.marker ?? "");

/** `a.js`, `a.ts`: one stem with several endings. */
export const endings = (stem: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${stem}.${name}`);

/** Where Docker Compose looks for its services. */
export const composeFiles = ["docker-compose", "compose"].flatMap((stem) => endings(stem, "yml", "yaml"));

/** A file of SQL that a step in code loads goes out as one text. */
export const sendsLoaded = (source: ScriptSource): SendUnit | undefined =>
  isSql(source.file) ? "text" : undefined;
