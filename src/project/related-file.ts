import type { Span } from "../text/span.ts";

/** Another file that belongs to a problem. */
export interface RelatedFile {
  readonly path: string;
  /** Its first line. */
  readonly span?: Span | undefined;
  readonly message: string;
  /** Of the file, where `span` is a place in it and no migration may be read from it. */
  readonly text?: string | undefined;
}
