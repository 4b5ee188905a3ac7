/** What sends the SQL of schema statements, and knows the tables as they are then. */
import type { ToolCall } from "../../../model/call.ts";
import type { Site } from "../host.ts";
import { isTruthy, written, type BlockValue, type Place, type Value } from "../value.ts";
import { LiveTables, openTable, type LiveTable } from "./live.ts";
import { joinSql, nameOf, type Name, type Sql } from "./sql.ts";
import type { Options } from "./types.ts";
import type { Vendor } from "./vendor.ts";
import { isAtLeast, type Version } from "./versions.ts";

/** A call of a schema statement. */
export interface Command {
  readonly name: string;
  /** Without the hash of options. */
  readonly args: readonly Value[];
  readonly options: Options;
  /** That hash itself. */
  readonly hash: Value | undefined;
  /** It has arguments that are not known. */
  readonly open: boolean;
  readonly block: BlockValue | undefined;
  readonly at: Place;
  readonly site: Site;
  /** In a block of `change_table`, where it goes to the connection past what hooks into the migration's calls. */
  readonly inTable?: true | undefined;
  /** The name of the call that it takes back. */
  readonly undoes?: string | undefined;
}

export interface Sends {
  sql(sql: Sql, command: Command, call: ToolCall): void;
  unknown(command: Command, prefix: string | undefined): void;
  refused(command: Command, why: string, instead: string, prefix: string): void;
}

export class Editor {
  readonly vendor: Vendor;
  /** Of `ActiveRecord::Migration[…]`. */
  readonly version: Version;
  tables: LiveTables;
  /** What a lambda gives. */
  lambda: (block: BlockValue) => Value | undefined = () => undefined;
  /** A file of the application, by its path below the application's folder. */
  file: (path: string) => { readonly path: string; readonly text: string } | undefined = () => undefined;
  /** Tables that the migration creates. */
  readonly made = new Set<string>();
  /** A call commits the transaction of the migration. */
  leavesTransaction = false;
  /** Columns with `unique: true` since the last statement. */
  unheeded: string[] = [];
  readonly #sends: Sends;
  /** The index and foreign key that a reference makes are of that call. */
  #within: Command | undefined;

  constructor(vendor: Vendor, version: Version, tables: LiveTables, sends: Sends) {
    this.vendor = vendor;
    this.version = version;
    this.tables = tables;
    this.#sends = sends;
  }

  /** The migration is of this version or a later one. */
  since(...version: Version): boolean {
    return isAtLeast(this.version, version);
  }

  /** What runs the migration is surely of this version or a later one. */
  runsOn(...version: Version): boolean {
    return this.vendor.facts.isGemStated ? this.vendor.since(...version) : this.since(...version);
  }

  /** The type of a reference that states none. */
  get referenceType(): string {
    if (!this.since(5, 1)) return "integer";
    return this.vendor.facts.uuids === undefined ? "bigint" : "uuid";
  }

  send(command: Command, ...parts: readonly (string | Sql)[]): void {
    const own = this.#within ?? command;
    this.#sends.sql(joinSql(command.at, ...parts), command, { name: own.name });
  }

  unknown(command: Command, prefix?: string): void {
    this.#sends.unknown(command, prefix);
  }

  refuse(command: Command, why: string, instead: string, prefix: string): void {
    this.#sends.refused(command, why, instead, prefix);
  }

  as(command: Command, visit: () => void): void {
    const before = this.#within;
    this.#within = command;
    visit();
    this.#within = before;
  }

  /** The table that the first argument names. */
  tableOf({ args, at }: Command): Name {
    return nameOf(args[0], at);
  }

  /** Undefined: nothing of it is known. */
  live(name: Name): LiveTable | undefined {
    const found = name.text === undefined ? undefined : this.tables.get(name.text);
    return found ?? undefined;
  }

  /** What becomes of a table; what may not run leaves it in doubt. */
  change(name: Name, { site }: Command, change: (table: LiveTable) => LiveTable | null): void {
    if (name.text === undefined) return;
    const before = this.tables.get(name.text) ?? openTable;
    const after = change(before);
    const isSure = !site.flow.conditional;
    this.tables = this.tables.set(name.text, isSure ? after : { ...(after ?? before), isOpen: true });
  }
}

/** What SQL of the migration's own does to the tables that it names isn't known. */
export function openNamed(editor: Editor, given: Value | undefined): void {
  const sql = given?.is === "text" ? written(given) : "";
  if (!/\b(?:alter|create|drop)\b/i.test(sql)) return;
  for (const name of new Set(sql.match(/\w+/g))) {
    const live = editor.tables.get(name);
    if (live !== undefined && live !== null)
      editor.tables = editor.tables.set(name, { ...live, isOpen: true });
  }
}

export const isOn = (options: Options, name: string): boolean => isTruthy(options.get(name));

/** A text or a symbol among the options. */
export const without = (options: Options, ...names: readonly string[]): Options => {
  const copy = new Map(options);
  for (const name of names) copy.delete(name);
  return copy;
};

export const withOptions = (options: Options, more: Readonly<Record<string, Value | undefined>>): Options => {
  const copy = new Map(options);
  for (const [name, value] of Object.entries(more)) if (value !== undefined) copy.set(name, value);
  return copy;
};

/** The hash behind an option that may be `true` as well. */
export const hashOf = (value: Value | undefined): Options =>
  value?.is === "record" ? value.fields : new Map();
