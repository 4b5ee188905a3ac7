/** What a language is that migrations are written in: a text becomes the SQL that its tool sends. Nothing is executed. */
import type {
  CallRunAgain,
  IgnoredPart,
  LiveModel,
  OneWay,
  RefusedCall,
  UnawaitedCall,
} from "../model/call.ts";
import type { Changeset } from "../model/changelog.ts";
import type { DialectName } from "../model/dialect.ts";
import type { CodeUnit } from "../model/tool.ts";
import type { SourceMap } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";
import type { Piece } from "./sql-text.ts";

/** One migration. */
export interface CodeInput {
  readonly path: string;
  readonly text: string;
  /** Name of the tool that runs it. */
  readonly tool: string;
  /** The tool opens a transaction unless the migration opts out. */
  readonly wraps: boolean;
  /** The part of a changelog that it is. */
  readonly changeset?: Changeset | undefined;
  /** Text of a file of the project. */
  readonly readFile: (path: string) => string | undefined;
}

export interface CodeMigration {
  /** The file, and behind it the SQL of both directions. */
  readonly text: string;
  readonly map: SourceMap;
  readonly pieces: readonly Piece[];
  readonly problems: readonly { readonly span: Span; readonly message: string }[];
  readonly up: CodeDirection;
  /** Undefined: there is none. */
  readonly down?: CodeDirection | undefined;
  /** What advice in its place is made from. */
  readonly unit?: CodeUnit | undefined;
  /** Said to have no way back, and why; empty if no reason is given. */
  readonly irreversible?: string | undefined;
  /** In production it does nothing: `return if Rails.env.production?`. What it says is done there in another way. */
  readonly elsewhere?: true | undefined;
  /** The first operation that the tool can't take back, where nothing says that this is meant. */
  readonly oneWay?: OneWay | undefined;
  /** What to write where its way back isn't there, or does nothing. */
  readonly missingDown?: string | undefined;
  /** Its tool skips it where a condition isn't met that nobody can answer. */
  readonly skippable?: true | undefined;
  /** See `RunnerTransaction.optOut`: of the tool's release that it is for, where that isn't the usual one. */
  readonly optOut?: string | undefined;
}

export interface CodeDirection {
  /** Its SQL, in `text`. */
  readonly part: Span;
  readonly comments: readonly Span[];
  readonly optedOut: boolean;
  readonly empty: boolean;
  /** In production somebody else does it. */
  readonly notInProduction?: true | undefined;
  /** A copy of each table takes its changes, and then its place: by this program. */
  readonly copiedBy?: string | undefined;
  /** How many operations send nothing: they only change what the tool knows of the schema. */
  readonly silent?: number | undefined;
  /** The tool makes it itself: the migration doesn't write it. */
  readonly derived?: true | undefined;
  /** Derived of what the migration writes for it, too. */
  readonly isWritten?: true | undefined;
  /** It is derived, and the migration says nothing about it: that it exists is nobody's habit. */
  readonly automatic?: true | undefined;
  /** What its function gets first, as written, without a type. */
  readonly parameter?: string | undefined;
  /** Calls of builders that nothing awaits: the tool never sends them. */
  readonly unsent: readonly Span[];
  /** Calls that are sent, and whose promise nothing takes. */
  readonly unawaited?: readonly UnawaitedCall[] | undefined;
  /** Calls that the tool is certain to refuse. */
  readonly refused?: readonly RefusedCall[] | undefined;
  /** What it says in vain. */
  readonly ignored?: readonly IgnoredPart[] | undefined;
  /** Of a way back that the tool makes: calls that change rows, and that it runs once more as they stand. */
  readonly runAgain?: readonly CallRunAgain[] | undefined;
  /** Classes of the application that its code works with. */
  readonly liveModels?: readonly LiveModel[] | undefined;
}

/** What a reader may know of the history whose migrations it is given. */
export interface SourceHistory {
  /** The folder of the migrations. */
  readonly root: string;
  readonly tool: string;
  readonly dialect: DialectName;
  /** `16`, or of MySQL and MariaDB a release, `8.0.28`; undefined: not known. */
  readonly serverVersion?: string | undefined;
  /** Of the tool; undefined: not known. */
  readonly toolRelease?: string | undefined;
  /** See `Schemas.writtenSchema`. */
  readonly writtenSchema?: string | undefined;
  /** See `Schemas.ownDatabase`. */
  readonly ownDatabase?: string | undefined;
  /** Names in a folder of the project, sorted; a folder's name ends in `/`. */
  readonly listFolder: (folder: string) => readonly string[];
  /** Paths of all migrations in the order in which they run. */
  readonly paths: readonly string[];
  /** Those of changelogs, in the same order. */
  readonly changesets?: readonly { readonly path: string; readonly changeset: Changeset }[] | undefined;
}

/** Reads the migrations of one history in their order. */
export interface HistoryReader {
  /**
   * `before`: what the migrations before it left, as their `after` says; undefined for the first one. It is never
   * changed, so that an edit costs the migrations from there on. Never throws on the text's account.
   */
  read(input: CodeInput, before: unknown): ReadMigration;
  /** A file that its tool writes of what all migrations have made. Undefined: it says nothing of it. */
  readDump?(input: CodeInput): CodeMigration | undefined;
}

export interface ReadMigration {
  /** Undefined: not a migration of a tool that is known. */
  readonly migration: CodeMigration | undefined;
  /** What the SQL of later migrations depends on; the same object where this one changes nothing of it. */
  readonly after: unknown;
}

export interface SourceLanguage {
  readonly name: string;
  /** Of the names of its files. */
  readonly files: RegExp;
  /** Loads the parser; what it gives is synchronous. */
  load(): Promise<(history: SourceHistory) => HistoryReader>;
}
