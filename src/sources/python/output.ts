/** What a migration in Python sends, as pieces of one SQL text. */
import type { RefusedCall } from "../../model/call.ts";
import type { Segment } from "../../text/source-map.ts";
import { spanOf } from "./tree.ts";
import { hasHoles, opaque, type DynamicPiece, type Piece, type SqlText } from "../sql-text.ts";
import { mayHaveChanged } from "./text.ts";
import type { Place, TextValue } from "./value.ts";
import type { Site } from "./walk.ts";

type About = Pick<Piece, "byTool" | "call" | "guard" | "inBuilder">;
type Runs = Pick<Piece, "asks" | "conditional" | "repeated" | "tried" | "inCall">;

/** The output of one direction. */
export class Output {
  readonly #text: SqlText;
  /** Pieces, known or not. */
  count = 0;
  readonly refused: RefusedCall[] = [];

  constructor(text: SqlText) {
    this.#text = text;
  }

  /** See `SqlText.sender`. */
  set sender(name: string) {
    this.#text.sender = name;
  }

  /** SQL as the migration spells it. */
  raw(value: TextValue, site: Site): void {
    const [first] = value.segments;
    // A text that begins with what isn't known says nothing.
    if (first === undefined) return;
    if (value.holes && first.text.startsWith("${")) this.dynamic(value.at, site);
    else this.#piece(value.segments, value.holes, site);
  }

  /** SQL that the tool makes of calls; `byTool`: it begins or ends a transaction of the tool's. */
  built(segments: readonly Segment[], site: Site, more: About = {}): void {
    this.#piece(segments, hasHoles(segments), site, more);
  }

  /** A call that the tool refuses; what may not run, or stands in another file, isn't known. `prefix`: see `dynamic`. */
  refuse(call: Omit<RefusedCall, "at">, at: Place, site: Site, prefix: string): void {
    if (site.flow.conditional) {
      this.dynamic(at, site, prefix);
      return;
    }
    this.#opaque(at, site, { prefix, isRefused: true });
    this.refused.push({ ...call, at: spanOf(at.path === site.statement.path ? at : site.statement) });
  }

  /** Something that isn't known before it runs. `prefix`: the constant first part of its SQL. */
  dynamic(at: Place, site: Site, prefix?: string): void {
    this.#opaque(at, site, { prefix });
  }

  /** Code that changes rows only; `command`: what it sends, as far as it is known. */
  data(at: Place, site: Site, command = "UPDATE"): void {
    this.#opaque(at, site, { prefix: `${command} `, isData: true });
  }

  #opaque(at: Place, site: Site, dynamic: DynamicPiece): void {
    this.count++;
    this.#text.piece(opaque(at.path, at), {
      ...runs(site),
      holes: false,
      dynamic,
      statement: spanOf(site.statement),
    });
  }

  #piece(segments: readonly Segment[], holes: boolean, site: Site, more: About = {}): void {
    this.count++;
    this.#text.piece(segments, {
      ...more,
      ...runs(site),
      ...(mayHaveChanged(segments) ? { conditional: true, asks: undefined } : {}),
      holes,
      statement: spanOf(site.statement),
    });
  }
}

const runs = ({ flow: { asks, conditional, repeated, tried, inCall } }: Site): Runs => ({
  asks,
  conditional,
  repeated,
  tried,
  inCall,
});
