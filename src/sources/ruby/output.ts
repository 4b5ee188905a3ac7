/** What a migration in Ruby sends, as pieces of one SQL text. */
import type { RefusedCall } from "../../model/call.ts";
import type { Segment } from "../../text/source-map.ts";
import { hasHoles, opaque, type Piece, type SqlText } from "../sql-text.ts";
import type { Span } from "../../text/span.ts";
import type { Site } from "./host.ts";
import { written, type Place, type TextValue } from "./value.ts";

type About = Pick<Piece, "byTool" | "call">;

const spanOf = ({ start, end }: Span): Span => ({ start, end });

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
  raw(value: TextValue, site: Site, more: About = {}): void {
    const [first] = value.segments;
    if (first === undefined || written(value).trim() === "") return;
    // A text that begins with what isn't known says nothing.
    if (value.holes && first.text.startsWith("${")) this.dynamic(value.at, site);
    else this.#piece(value.segments, value.holes, site, more);
  }

  /** SQL that Rails makes of calls. */
  built(segments: readonly Segment[], site: Site, more: About = {}): void {
    this.#piece(segments, hasHoles(segments), site, more);
  }

  /** A call that Rails refuses; what may not run isn't known. */
  refuse(call: Omit<RefusedCall, "at">, at: Place, site: Site, prefix: string): void {
    if (site.flow.conditional) {
      this.dynamic(at, site, prefix);
      return;
    }
    this.count++;
    this.refused.push({ ...call, at: spanOf(at.path === site.statement.path ? at : site.statement) });
  }

  /** Something that isn't known before it runs. `prefix`: the constant first part of its SQL. */
  dynamic(at: Place, site: Site, prefix?: string): void {
    this.#opaque(at, site, { prefix });
  }

  /** Code that changes rows only. */
  data(at: Place, site: Site, command: string): void {
    this.#opaque(at, site, { prefix: `${command} `, isData: true });
  }

  #opaque(at: Place, site: Site, dynamic: { prefix: string | undefined; isData?: true }): void {
    this.count++;
    this.#text.piece(opaque(at.path, at), {
      conditional: site.flow.conditional,
      repeated: site.flow.repeated,
      inCall: site.flow.inCall,
      holes: false,
      dynamic,
      statement: spanOf(site.statement),
    });
  }

  #piece(segments: readonly Segment[], holes: boolean, site: Site, more: About): void {
    this.count++;
    this.#text.piece(segments, {
      ...more,
      conditional: site.flow.conditional,
      asked: site.flow.asked,
      repeated: site.flow.repeated,
      inCall: site.flow.inCall,
      holes,
      statement: spanOf(site.statement),
    });
  }
}
