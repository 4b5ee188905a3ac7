import type { Span } from "../text/span.ts";

/** Another file that belongs to a problem. */
export interface RelatedFile {
  readonly path: string;
  /** Its first line. */
  readonly span?: Span | undefined;
  readonly message: string;
  /** What to do, where the problem is told of it. */
  readonly instead?: string | undefined;
  /** Of files that share a problem, one that can't be changed as well as the others. */
  readonly isHeld?: true | undefined;
  /** Of the file, where `span` is a place in it and no migration may be read from it. */
  readonly text?: string | undefined;
}
