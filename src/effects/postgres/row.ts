import type { Operation, OperationKind, OperationOf } from "../../model/operation.ts";
import type { LockMode } from "../effects.ts";
import type { StatementContext } from "./statement-context.ts";

/** One row of the tables: what operations of a kind do whatever the schema, and the part that depends on it. */
export interface Row<K extends OperationKind> {
  /** Where the manual says so: page, and section or heading. */
  readonly manual: string;
  /** Lock on the relation that the operation names; undefined: `more` says. */
  readonly lock?: LockMode | undefined;
  /**
   * Who is locked alike below it (unless ONLY): partitions and inheriting tables, or partitions alone; `always`:
   * children even with ONLY.
   */
  readonly below?: "children" | "partitions" | "always" | undefined;
  /** First version whose grammar has it, and the word at which older ones stop. */
  readonly since?: readonly [version: number, word: string] | undefined;
  /** ALTER TABLE action that views refuse, in the server's words. */
  readonly action?: string | undefined;
  /** Refused inside a transaction block. */
  readonly alone?: true | undefined;
  readonly more?: ((operation: OperationOf<K>, context: StatementContext) => void) | undefined;
}

/** A row for each kind: a new kind of operation doesn't compile before it has one. */
export type Rows<K extends OperationKind> = { readonly [P in K]: Row<P> };

/** Does and locks nothing. */
export const nothing = (manual: string): { readonly manual: string } => ({ manual });

/** In place of a page: this server doesn't have it. */
export const mysql = "MySQL only";

export type KindsOf<O extends Operation> = O["kind"];
