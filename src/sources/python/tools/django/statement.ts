/** A statement that Django keeps for the end of a migration; it follows the renames in between. */
import type { Place } from "../../value.ts";
import type { LiveTables } from "./live.ts";

export interface Reference {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface StatementParts {
  /** What made it, if that isn't the operation that sends it. */
  readonly at?: Place | undefined;
  /** Of the table of a ManyToManyField. */
  readonly byTool?: true | undefined;
  /** Its own table and columns, then what it refers to. */
  readonly refs: readonly Reference[];
  readonly name: (refs: readonly Reference[]) => string;
  readonly text: (name: string, refs: readonly Reference[]) => string;
  /** What the database has when it was sent. */
  readonly effect: (live: LiveTables, name: string, refs: readonly Reference[]) => void;
}

export class Statement {
  readonly at: Place | undefined;
  readonly byTool: true | undefined;
  /** The operation that keeps it for the end. */
  by: Place | undefined;
  refs: readonly Reference[];
  readonly #parts: StatementParts;

  constructor(parts: StatementParts) {
    this.#parts = parts;
    this.at = parts.at;
    this.byTool = parts.byTool;
    this.refs = parts.refs;
  }

  withoutPlace(): Statement {
    return new Statement({ ...this.#parts, refs: this.refs, at: undefined });
  }

  name(): string {
    return this.#parts.name(this.refs);
  }

  text(): string {
    return this.#parts.text(this.name(), this.refs);
  }

  effect(live: LiveTables): void {
    this.#parts.effect(live, this.name(), this.refs);
  }

  refersToTable(table: string): boolean {
    return this.refs.some((one) => one.table === table);
  }

  refersToColumn(table: string, column: string): boolean {
    return this.refs.some((one) => one.table === table && one.columns.includes(column));
  }

  renameTable(from: string, to: string): void {
    this.refs = this.refs.map((one) => (one.table === from ? { ...one, table: to } : one));
  }

  renameColumn(table: string, from: string, to: string): void {
    this.refs = this.refs.map((one) =>
      one.table === table
        ? { ...one, columns: one.columns.map((column) => (column === from ? to : column)) }
        : one,
    );
  }
}
