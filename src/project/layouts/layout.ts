/**
 * What a layout is: it looks at a folder, says how many files have its shape, and reads them as migrations.
 * A shape proves no tool; which tool runs the files, and so what its transactions are, comes in as `ReadOptions`.
 */
import type { ProgramList } from "../program-list.ts";
import type { Database } from "../../model/dialect.ts";
import type { FlywaySettings } from "./flyway-settings.ts";
import type { FileProblem } from "../file-problem.ts";
import type { Migration, RollbackStyle, RunnerTransaction, Schemas } from "../migration.ts";
import type { Span } from "../../text/span.ts";
import type { FileSystem } from "../migration.ts";
import type { Tool } from "../tool.ts";

/** One folder with all that lies below it, as discovery hands it over. */
export interface FolderView {
  /** As shown to the user. */
  readonly root: string;
  /** Paths below `root`, sorted; also those of a `rollback/` folder beside it, as `../rollback/x.sql`. */
  readonly files: readonly string[];
  /** Those of `files` in other folders that the tool's settings read together with this one. */
  readonly joined?: ReadonlySet<string> | undefined;
  /** Those folders, as paths from `root`. */
  readonly locations?: readonly string[] | undefined;
  readonly flyway?: FlywaySettings | undefined;
  /** Roots of the class path in the modules of a project of Java, as paths from `root`. */
  readonly classPath?: (() => readonly string[]) | undefined;
  /** Tools for migrations in code that the project names. */
  readonly namedTools?: (() => readonly Tool[]) | undefined;
  /** Settings of such a tool name this folder. */
  readonly isNamedFolder?: (() => boolean) | undefined;
  /** Root changelogs that the project's settings name, as they write them. */
  readonly statedChangelogs?: (() => readonly string[]) | undefined;
  /** Paths that settings of Liquibase name as what its commands write, and none as what it runs. */
  readonly writtenChangelogs?: (() => readonly string[]) | undefined;
  /** Databases in the addresses of those settings: `h2`, `postgresql`. */
  readonly statedDatabases?: (() => readonly string[]) | undefined;
  /** The default schema that they name. */
  readonly statedSchemas?: (() => Schemas | undefined) | undefined;
  /** What they give for `${name}` in changelogs. */
  readonly statedParameters?: (() => ReadonlyMap<string, string>) | undefined;
  /** Paths of the files below a folder that doesn't lie below `root`: `../init`. */
  readonly outside?: ((folder: string) => readonly string[]) | undefined;
  /** Names in a folder; those of folders end with a slash. */
  readonly list?: ((folder: string) => readonly string[]) | undefined;
  read(file: string): string | undefined;
}

export interface Evidence {
  /** How many files have this shape. */
  readonly files: number;
  /** For `--verbose`: `7 files named like 20260130191544_x.sql`. */
  readonly because: string;
}

/** What a tool may look at to decide on the transaction of one script. */
export interface ScriptSource {
  /** Below the root. */
  readonly file: string;
  readonly text: string;
  readonly part: Span;
  /** The line that opened the section; undefined for a file of its own. */
  readonly marker?: string | undefined;
  /** Code of the tool loads the file. */
  readonly loaded?: true | undefined;
  /** Text of a file in the same folder. */
  beside(name: string): string | undefined;
}

export type Order = "numeric" | "text";

export interface ReadOptions {
  readonly tool: Tool;
  readonly dialect: Database;
  readonly order: Order;
  /** What sorts the names, where it isn't the tool. */
  readonly sortedBy?: string | undefined;
  /** A program of the project runs whatever lies there, in the order of the names as texts. */
  readonly takesAnyName?: true | undefined;
  /** What this tool does with two migrations of one version; `fine` where the whole name is the key. */
  readonly duplicates: string;
  /** What this tool does with a name it can't read: `dbmate skips it`. */
  readonly badName: string;
  readonly transaction: (source: ScriptSource) => RunnerTransaction;
  /** The user names the tool: the texts needn't. */
  readonly isStated?: true | undefined;
  /** Nothing but the marks in the files speaks for the tool. */
  readonly isByMarks?: true | undefined;
  /** What the project's own program makes of a slip in a tool's marks isn't known. */
  readonly ownReader?: true | undefined;
  /** A program of the project that names most of these files; nobody else says what runs, and in which order. */
  readonly programList?: ((files: readonly string[]) => ProgramList | undefined) | undefined;
  /** A program of the project that runs the folder's files of SQL among those in code. */
  readonly mixedRunner?: (() => string | undefined) | undefined;
}

export interface Reading {
  readonly rollbacks: RollbackStyle;
  /** The first migration changes what something else installed. */
  readonly continues?: boolean | undefined;
  /** A file that says what all migrations together lead to. */
  readonly dump?: string | undefined;
  rollbackName(migration: Migration): string;
  readonly migrations: readonly Migration[];
  readonly problems: readonly FileProblem[];
  /** Sentences: what its tool runs, and no migration holds. */
  readonly notRead?: readonly string[] | undefined;
  /** Sentences: what is checked, though nothing is known to run it. */
  readonly loose?: readonly string[] | undefined;
  /** Paths from the root of files that are read and hold no migration: changelogs that only include others. */
  readonly alsoRead?: readonly string[] | undefined;
  /** For the evidence: what couldn't be read. */
  readonly notes?: readonly string[] | undefined;
}

/** What discovery knows of a folder that may be a history's root. */
export interface Candidate {
  readonly view: FolderView;
  /** How many files have the layout's shape. */
  readonly count: number;
  /** Names of files of SQL in the folder itself. */
  readonly direct: readonly string[];
  /** It, or a folder near above it, is called as if it held migrations. */
  readonly isNamed: boolean;
  /** It itself is. */
  readonly isCalledSo: boolean;
  /** The user named it. */
  readonly isAsked: boolean;
  /** Folders below it have the names of databases. */
  readonly hasDialectFolders: boolean;
}

/** Whether the files of a folder below a root are seen. */
export type IsSeen = (name: string, depth: number, path: string) => boolean;

export interface Layout {
  readonly name: string;
  /** What lies inside such a folder is part of it. */
  readonly ownsBelow?: true;
  /** Such a folder is a history of its own although it lies inside of another one, `outer`, which doesn't read it. */
  readonly standsAlone?: (fs: FileSystem, view: FolderView, outer: FolderView) => boolean;
  /** Such a folder is a part of the history of its shape in a folder above, if there is one. */
  readonly joinsAbove?: (view: FolderView) => boolean;
  /** Files are run for their names, whatever folder below the root they lie in. */
  readonly runsAllBelow?: true;
  /** See `History.comparesParts`. */
  readonly comparesParts?: true;
  /** Its scripts may have any ending. */
  readonly anyEnding?: true;
  /** True for a name of a file that is certainly run, whatever the others are. */
  runs?(file: string): boolean;
  /** Whether a folder of this shape is a history's root; undefined: discovery decides by the names around it. */
  isRoot?(folder: Candidate): boolean;
  /** Which folders below the root belong to it, if not only `usual` ones. */
  seen?(fs: FileSystem, view: FolderView, usual: IsSeen, isCalledSo: boolean): IsSeen | undefined;
  detect(folder: FolderView): Evidence | undefined;
  read(folder: FolderView, options: ReadOptions): Reading;
}

/** `5 files`, `1 file`. */
export const countFiles = (count: number): string => `${count} ${count === 1 ? "file" : "files"}`;
