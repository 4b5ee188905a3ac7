/** What a tool's reader sees of a migration, and how it says what the tool would send. */
import type { Segment } from "../../text/source-map.ts";
import type { RefusedCall } from "../../model/call.ts";
import type { DocumentOperation } from "../../model/operation.ts";
import type { Span } from "../../text/span.ts";
import type { Piece } from "../sql-text.ts";
import type { Reader } from "./evaluate.ts";
import type { ChainValue, FunctionValue, ImportedBody, Link, TextValue, Value } from "./value.ts";
import type { Flow } from "./flow.ts";
import type { Directions } from "./module.ts";
import type { OnChain } from "./walk.ts";

export interface Call {
  readonly flow: Flow;
  /** The statement of the language that the call stands in. */
  readonly statement: Span;
  /** It is the whole statement: nothing awaits, returns or keeps what the call gives. */
  readonly alone?: boolean;
}

/** What a call says beyond its SQL. */
export type About = Pick<Piece, "byTool" | "call" | "guard">;

/** Where the SQL of a migration is written down. */
export interface Output {
  readonly file: Reader;
  /** SQL as the migration spells it. */
  raw(text: TextValue, call: Call): void;
  /** SQL that the tool makes of calls. */
  built(segments: readonly Segment[], call: Call, about?: About): void;
  /** What a call at `at` does that sends no SQL. */
  documents(operations: readonly DocumentOperation[], at: Span, call: Call): void;
  /** Something that isn't known before it runs. `prefix`: the constant first part of its SQL. */
  dynamic(at: Span, call: Call, prefix?: string): void;
  /** Code of the project that changes rows by a way of its own, by this command of SQL. */
  data(at: Span, call: Call, command: string): void;
  /** A call that the tool would only send if something awaited it. */
  unsent(at: Span): void;
  /** What is sure to be refused; unless it may not run. */
  refuse(refused: RefusedCall, call: Call): void;
  /** The tool can't make the way back of this by itself. */
  cantReverse(): void;
  /** The migration itself opts out of the tool's transaction. */
  optOut(): void;
  /** Whether the tool has a transaction open at the start. */
  readonly inTransaction: boolean;
  /** Follows a callback: the builder functions of createTable and the like. */
  run(called: FunctionValue, given: readonly Value[], onChain: OnChain, flow: Flow): void;
  /** For what a function of another file does: everything stands at the call. Undefined: they call each other too deep. */
  inside(body: ImportedBody, head: Span, call: Call): Output | undefined;
}

/** Reads the calls of one tool; holds what it has to remember between them. */
export interface ToolReader {
  /** See `OnChain`. */
  chain(chain: ChainValue, call: Call): number;
}

/** Methods of what other code of the project hands out. */
export interface MethodNames {
  readonly reads: RegExp;
  /** It changes rows, and no schema: `INSERT`. */
  readonly command?: ((name: string) => string | undefined) | undefined;
}

export interface CodeTool {
  readonly name: string;
  /** What its parameters are, in order; default: the first one is what the tool hands over. */
  readonly parameters?: readonly string[] | undefined;
  /** The functions that it calls; default: `up` and `down`. */
  readonly exports?: Directions | undefined;
  /** A call that sends something gives a promise; default: none does. */
  readonly promises?: ((chain: ChainValue) => boolean) | undefined;
  /** It makes the way back itself where a migration has none. */
  readonly reverses?: boolean | undefined;
  /** What loops go through may be cursors: its reader is told of each. */
  readonly cursors?: boolean | undefined;
  /** What is known of methods by their names alone; default: those of models over SQL. */
  readonly byName?: MethodNames | undefined;
  reader(output: Output): ToolReader;
}

/** A call as far as its first arguments name what it is about: `addColumn("users", "email"`. */
export function headOf({ at, values = [] }: Link): Span {
  const [first, second] = values;
  const last = second?.is === "text" ? second : first;
  return { start: at.start, end: last !== undefined && last.at.end > at.start ? last.at.end : at.end };
}

/** A text argument is sent as it is; everything else isn't known. */
export function send(output: Output, value: Value | undefined, at: Span, call: Call): void {
  if (value?.is === "text") output.raw(value, call);
  else if (value?.is === "list") for (const one of value.items) send(output, one, at, call);
  else output.dynamic(at, call);
}
