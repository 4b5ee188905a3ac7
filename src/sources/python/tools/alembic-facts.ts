/** What an operation of Alembic's is asked for, and what it sends. */
import type { RefusedCall, ToolCall } from "../../../model/call.ts";
import type { CallValue, Place, Value } from "../value.ts";
import type { EnumType } from "./sqlalchemy/types.ts";
import type { Sql, Writer } from "./sqlalchemy/writer.ts";

/** One call of `op`, or of `batch_op` with its table. */
export interface Operation {
  readonly call: CallValue;
  readonly method: string;
  /** The call of `batch_alter_table` that it belongs to. */
  readonly batch: CallValue | undefined;
}

/** What it sends: SQL, code that changes rows, or what isn't known with the first words of it; or it is refused. */
export type Sent =
  | { readonly sql: Sql; readonly call?: ToolCall | undefined }
  | { readonly refused: Omit<RefusedCall, "at">; readonly unknown: string; readonly at: Place }
  | { readonly rows: string; readonly at: Place }
  | { readonly unknown: string; readonly at: Place };

export interface Facts {
  readonly writer: Writer;
  readonly operation: Operation;
  /** The argument by its names, or by its position in a call of `op`. */
  readonly of: (position: number, ...names: readonly string[]) => Value | undefined;
  readonly table: Value | undefined;
  readonly schema: Value | undefined;
  readonly at: Place;
  readonly knownType: (type: EnumType) => boolean;
}

export const sql = (...statements: readonly Sql[]): readonly Sent[] =>
  statements.map((one) => ({ sql: one }));
