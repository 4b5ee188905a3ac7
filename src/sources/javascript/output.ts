/** Collects what tools say as pieces of SQL. */
import type { DocumentOperation } from "../../model/operation.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import { hasHoles, opaque, type SqlText } from "../sql-text.ts";
import type { Reader } from "./evaluate.ts";
import type { Call, Output } from "./tool.ts";
import type { FunctionValue, TextValue, Value } from "./value.ts";
import type { Flow, OnChain } from "./walk.ts";

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
    this.#text.piece(segments, { ...call.flow, holes: hasHoles(segments), statement: call.statement });
  }

  documents(operations: readonly DocumentOperation[], at: Span, call: Call): void {
    const { path, text } = this.file;
    this.#text.piece([{ text: text.slice(at.start, at.end), path, at, exact: true }], {
      ...call.flow,
      holes: false,
      operations,
      statement: call.statement,
    });
  }

  dynamic(at: Span, call: Call, prefix?: string): void {
    this.#text.piece(opaque(this.file.path, at), {
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
