/** Pieces of one SQL text with a map back to the files that they come from. */
import type { ToolCall } from "../model/call.ts";
import type { Ask } from "../model/operations/base.ts";
import type { DocumentOperation } from "../model/operation.ts";
import { createSourceMap, type Segment, type SourceMap } from "../text/source-map.ts";
import type { Span } from "../text/span.ts";

export interface DynamicPiece {
  /** The constant first part of its SQL. */
  readonly prefix?: string | undefined;
  /** Code that changes rows, and no schema. */
  readonly isData?: true | undefined;
  /** A call that the tool refuses: what stands behind it doesn't run. */
  readonly isRefused?: true | undefined;
}

/** SQL that is sent by one call. */
export interface Piece {
  /** In the SQL text. */
  readonly part: Span;
  readonly conditional: boolean;
  /** See `OperationBase.asks`. */
  readonly asks?: readonly Ask[] | undefined;
  /** See `OperationBase.asked`. */
  readonly asked?: true | undefined;
  /** It runs only where the objects that it is about aren't there yet, or are there. */
  readonly guard?: "ifMissing" | "ifPresent" | undefined;
  readonly repeated: boolean;
  /** See `OperationBase.tried`. */
  readonly tried?: true | undefined;
  /** Number of the call, in its direction, of a function of the project that sends it; undefined: none does. */
  readonly inCall?: number | undefined;
  /** The function that sends it does more, which isn't read: nothing can take the place of the call that runs it. */
  readonly isPart?: true | undefined;
  /** Some of it is a placeholder. */
  readonly holes: boolean;
  /** It stands where nothing can be awaited. */
  readonly sync?: "migration" | "callback" | undefined;
  /** It stands in the callback of a builder, which sends what it has collected at its end. */
  readonly inBuilder?: true | undefined;
  /** What the tool hands over, as it is called there. */
  readonly handle?: string | undefined;
  /** What else a call there is handed. */
  readonly options?: string | undefined;
  /** It isn't handed the transaction in which it stands. */
  readonly isBeside?: true | undefined;
  /** The tool makes it itself, whatever the migration says: a transaction of its own, the keys of a table that it adds. */
  readonly byTool?: true | undefined;
  /** See `OperationBase.call`. */
  readonly call?: ToolCall | undefined;
  /** The tool splits it, and sends its statements one by one. */
  readonly splits?: true | undefined;
  /** See `SqlText.sender`. */
  readonly sender: string;
  /** What the call does, where it sends no SQL; places are those of the file. */
  readonly operations?: readonly DocumentOperation[] | undefined;
  /** Not known before it runs. */
  readonly dynamic?: DynamicPiece | undefined;
  /** The statement of the language that the call stands in; in the code's own text. */
  readonly statement: Span;
}

/** Stands for SQL that isn't known before it runs. */
export const opaque = (path: string, { start, end }: Span): readonly Segment[] => [
  { text: "EXECUTE sql", path, at: { start, end }, exact: false },
];

/** Some of what a tool makes of calls is a placeholder. */
export const hasHoles = (segments: readonly Segment[]): boolean =>
  segments.some(({ text, exact }) => !exact && text.includes("${"));

/** More is no migration. */
const mostPieces = 20_000;

/** The SQL of a whole file: one part for each direction, behind each other. */
export class SqlText {
  readonly #segments: Segment[] = [];
  readonly pieces: Piece[] = [];
  /** The operation whose SQL is written, as its tool names it: `RunPython`, `add_column`. Reports count by it. */
  sender = "code";
  readonly #path: string;
  readonly #start: number;
  #at: number;

  /** @param start offset at which the text begins, in the text that it is appended to */
  constructor(path: string, start: number) {
    this.#path = path;
    this.#start = start;
    this.#at = start;
  }

  get length(): number {
    return this.#at;
  }

  get map(): SourceMap {
    return createSourceMap(this.#start, this.#segments);
  }

  get text(): string {
    return this.#segments.map(({ text }) => text).join("");
  }

  /** True if the last piece says that what stands at `at` isn't known. */
  endsUnknown(at: Span): boolean {
    const last = this.#segments.at(-1)?.at;
    return this.pieces.at(-1)?.dynamic !== undefined && last?.start === at.start && last.end === at.end;
  }

  /** What separates; it stands for the place `at`. */
  mark(text: string, at: Span): void {
    this.#add([{ text, path: this.#path, at, exact: false }]);
  }

  piece(segments: readonly Segment[], piece: Omit<Piece, "part" | "sender">): void {
    if (this.pieces.length >= mostPieces) return;
    const start = this.#at;
    this.#add(segments);
    this.pieces.push({ ...piece, sender: this.sender, part: { start, end: this.#at } });
    const last = segments.at(-1);
    this.#add([
      { text: ";\n", path: last?.path ?? this.#path, at: last?.at ?? piece.statement, exact: false },
    ]);
  }

  #add(segments: readonly Segment[]): void {
    for (const segment of segments) {
      if (segment.text === "") continue;
      this.#segments.push(segment);
      this.#at += segment.text.length;
    }
  }
}
