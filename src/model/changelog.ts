/** Liquibase's changelogs in XML, YAML and JSON as one kind of tree: plain data with the places in the file. */
import type { Span } from "../text/span.ts";

/** A value as the file writes it, in parts. */
export interface WrittenText {
  /** Without what the language escapes. */
  readonly value: string;
  /** The same, part by part; an exact one stands in the file letter by letter. */
  readonly parts: readonly WrittenPart[];
}

export interface WrittenPart {
  readonly text: string;
  readonly at: Span;
  readonly exact: boolean;
  /** The quote that it stands in; undefined: none that a character of SQL would end. */
  readonly quote?: string | undefined;
}

/** An element of XML, or a key of YAML and JSON with its value. */
export interface ChangelogNode {
  /** Without a namespace's prefix. */
  readonly name: string;
  /** All of it. */
  readonly at: Span;
  /** The opening tag, or the key. */
  readonly head: Span;
  /** Attributes of XML; of YAML and JSON the keys with single values. */
  readonly attributes: ReadonlyMap<string, WrittenText>;
  readonly children: readonly ChangelogNode[];
  /** The text inside of an element, if it isn't blank; a single value of YAML and JSON. */
  readonly text: WrittenText | undefined;
}

/** A file of changesets. */
export interface ChangelogTree {
  /** `databaseChangeLog` */
  readonly root: ChangelogNode;
  readonly comments: readonly Span[];
}

/** What `${name}` stands for, by name. */
export type Properties = ReadonlyMap<string, string>;

/** A changeset that its changelog's folder was found to run. */
export interface Changeset {
  readonly node: ChangelogNode;
  readonly tree: ChangelogTree;
  /** Those that are defined before it. */
  readonly properties: Properties;
  readonly id: string;
  readonly author: string;
  /** The path by which others name it: `logicalFilePath`, or that of the file. */
  readonly logicalPath: string;
  /** It runs only in contexts, or where something is so in the database, that nobody can know. */
  readonly doubtful: boolean;
  /** The reason why it can't be undone, which a comment gives; empty if it gives none. */
  readonly irreversible?: string | undefined;
  /** Words for the databases that the project's settings and its changelogs name. */
  readonly databases: readonly string[];
  /** True if `dbms` names the database, or leaves it open. */
  readonly isFor: (dbms: string | undefined) => boolean;
  /** Where a file that it names lies, as shown to the user; undefined: it isn't found. */
  readonly resolve: (path: string, relative: boolean) => string | undefined;
  /** Where `resolve` looks for it, as words: `at db/a.sql`. */
  readonly lookedFor: (path: string, relative: boolean) => string;
}

/**
 * What `endDelimiter` stands for: it is a regular expression, so `\/` and `\$\$` are `/` and `$$` (run with 3.5 to 5.0). Line
 * breaks at its ends are left out. Since 4.28, `\/` is cut at the start of a line only.
 */
export const delimiterOf = (written: string): string =>
  written.replace(/^(?:\\[rn])+|(?:\\[rn])+$/g, "").replace(/\\([^\w\s])/g, "$1");
