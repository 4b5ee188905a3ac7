/** Collects what tools say as pieces of SQL. */
import type { RefusedCall, UnawaitedCall } from "../../model/call.ts";
import type { DocumentOperation } from "../../model/operation.ts";
import type { Segment } from "../../text/source-map.ts";
import type { Span } from "../../text/span.ts";
import { hasHoles, opaque, type DynamicPiece, type SqlText } from "../sql-text.ts";
import type { Reader } from "./evaluate.ts";
import type { About, Call, Output } from "./tool.ts";
import type { TextValue } from "./value.ts";

export interface DirectionFacts {
  readonly file: Reader;
  readonly text: SqlText;
  readonly inTransaction: boolean;
  readonly run: Output["run"];
  readonly inside: Output["inside"];
  /** Where everything stands: the call of a function of another file. */
  readonly place?: CallPlace | undefined;
}

export interface CallPlace {
  /** The migration's own. */
  readonly file: Reader;
  readonly head: Span;
  readonly statement: Span;
}

/** The output of one direction. */
export class DirectionOutput implements Output {
  readonly file: Reader;
  readonly inTransaction: boolean;
  readonly run: Output["run"];
  readonly inside: Output["inside"];
  optedOut = false;
  canReverse = true;
  readonly unsentCalls: Span[] = [];
  readonly unawaited: UnawaitedCall[] = [];
  readonly refused: RefusedCall[] = [];
  readonly #text: SqlText;
  readonly #place: CallPlace | undefined;

  constructor({ file, text, inTransaction, run, inside, place }: DirectionFacts) {
    this.file = file;
    this.inTransaction = inTransaction;
    this.run = run;
    this.inside = inside;
    this.#text = text;
    this.#place = place;
  }

  raw(value: TextValue, call: Call): void {
    const [first] = value.segments;
    // A text that begins with what isn't known says nothing.
    if (first === undefined) return;
    // It ends the transaction in which a statement failed, and nothing of what succeeds.
    if (call.flow.failed === true && endsFailed.test(first.text)) return;
    if (value.holes && first.text.startsWith("${")) this.dynamic(value.at, call);
    else this.#text.piece(value.segments, { ...call.flow, holes: value.holes, statement: call.statement });
  }

  built(segments: readonly Segment[], call: Call, about?: About): void {
    const holes = hasHoles(segments);
    this.#text.piece(segments, { ...call.flow, ...about, holes, statement: call.statement });
  }

  documents(operations: readonly DocumentOperation[], at: Span, call: Call): void {
    const { path, text } = this.#place?.file ?? this.file;
    const own = this.#place?.head ?? at;
    this.#text.piece([{ text: text.slice(own.start, own.end), path, at: own, exact: true }], {
      ...call.flow,
      holes: false,
      operations: this.#place === undefined ? operations : operations.map((one) => calledAt(one, own)),
      statement: this.#place?.statement ?? call.statement,
    });
  }

  dynamic(at: Span, call: Call, prefix?: string): void {
    this.#opaque(at, call, { prefix });
  }

  data(at: Span, call: Call, command: string): void {
    this.#opaque(at, call, { prefix: `${command} `, isData: true });
  }

  #opaque(at: Span, call: Call, dynamic: DynamicPiece): void {
    const { file, head, statement } = this.#place ?? { file: this.file, head: at, ...call };
    // A call says once that some of what it does isn't known.
    if (this.#place !== undefined && this.#text.endsUnknown(head)) return;
    this.#text.piece(opaque(file.path, head), {
      ...call.flow,
      holes: false,
      dynamic,
      statement,
    });
  }

  unsent(at: Span): void {
    this.unsentCalls.push(at);
  }

  refuse(refused: RefusedCall, { flow }: Call): void {
    if (flow.conditional || flow.caught === true) return;
    this.refused.push({ ...refused, at: this.#place?.head ?? refused.at });
  }

  cantReverse(): void {
    this.canReverse = false;
  }

  optOut(): void {
    this.optedOut = true;
  }
}

const endsFailed = /^\s*(?:rollback|abort)(?!\s+(?:(?:work|transaction)\s+)?to\b)\b/i;

/** An operation of another file: its places are those of the call, and its own code says nothing there. */
function calledAt(operation: DocumentOperation, at: Span): DocumentOperation {
  const each = operation.each && { ...operation.each, filter: withoutCode(operation.each.filter), at };
  const moved = { ...operation, span: at, head: at, each, calledAt: undefined };
  switch (moved.kind) {
    case "createCollection":
    case "alterCollection":
      return { ...moved, validator: moved.validator && { ...moved.validator, at } };
    case "createDocumentIndex":
      return { ...moved, index: { ...moved.index, background: moved.index.background && at } };
    case "updateDocuments":
      return { ...moved, filter: withoutCode(moved.filter), change: withoutCode(moved.change) };
    case "deleteDocuments":
      return { ...moved, filter: withoutCode(moved.filter) };
    case "readDocuments":
      return { ...moved, filter: withoutCode(moved.filter), opened: at };
    default:
      return moved;
  }
}

const withoutCode = <T extends { readonly code?: string | undefined }>(one: T): T => ({
  ...one,
  code: undefined,
});
