/** Collects what tools say as pieces of one SQL text with a map back to the files. */
import { createSourceMap, type Segment, type SourceMap } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import type { Reader } from "./evaluate.ts";
import type { Call, Output } from "./tool.ts";
import type { FunctionValue, TextValue, Value } from "./value.ts";
import type { Flow, OnChain } from "./walk.ts";

/** SQL that is sent by one call. */
export interface Piece {
  /** In the SQL text. */
  readonly part: Span;
  readonly conditional: boolean;
  readonly repeated: boolean;
  /** Some of it is a placeholder. */
  readonly holes: boolean;
  /** Not known before it runs; `prefix`: its constant first part. */
  readonly dynamic?: { readonly prefix?: string | undefined } | undefined;
  /** The statement of the language that the call stands in; in the code's own text. */
  readonly statement: Span;
}

/** More is no migration. */
const mostPieces = 20_000;

/** The SQL of a whole file: one part for each direction, behind each other. */
export class SqlText {
  readonly #segments: Segment[] = [];
  readonly pieces: Piece[] = [];
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

  /** What separates; it stands for the place `at`. */
  mark(text: string, at: Span): void {
    this.#add([{ text, path: this.#path, at, exact: false }]);
  }

  piece(segments: readonly Segment[], piece: Omit<Piece, "part">): void {
    if (this.pieces.length >= mostPieces) return;
    const start = this.#at;
    this.#add(segments);
    this.pieces.push({ ...piece, part: { start, end: this.#at } });
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

export interface DirectionFacts {
  readonly file: Reader;
  readonly text: SqlText;
  readonly inTransaction: boolean;
  readonly run: (called: FunctionValue, given: readonly Value[], onChain: OnChain, flow: Flow) => void;
}

/** The output of one direction. */
export class DirectionOutput implements Output {
  readonly file: Reader;
  readonly inTransaction: boolean;
  readonly run: Output["run"];
  optedOut = false;
  canReverse = true;
  readonly unsentCalls: Span[] = [];
  readonly #text: SqlText;

  constructor({ file, text, inTransaction, run }: DirectionFacts) {
    this.file = file;
    this.inTransaction = inTransaction;
    this.run = run;
    this.#text = text;
  }

  raw(value: TextValue, call: Call): void {
    const [first] = value.segments;
    // A text that begins with what isn't known says nothing.
    if (first === undefined) return;
    if (value.holes && first.text.startsWith("${")) this.dynamic(value.at, call);
    else this.#text.piece(value.segments, { ...call.flow, holes: value.holes, statement: call.statement });
  }

  built(segments: readonly Segment[], call: Call): void {
    const holes = segments.some(({ text, exact }) => !exact && text.includes("${"));
    this.#text.piece(segments, { ...call.flow, holes, statement: call.statement });
  }

  dynamic(at: Span, call: Call, prefix?: string): void {
    const segment = { text: "EXECUTE sql", path: this.file.path, at, exact: false };
    this.#text.piece([segment], {
      ...call.flow,
      holes: false,
      dynamic: { prefix },
      statement: call.statement,
    });
  }

  unsent(at: Span): void {
    this.unsentCalls.push(at);
  }

  cantReverse(): void {
    this.canReverse = false;
  }

  optOut(): void {
    this.optedOut = true;
  }
}
