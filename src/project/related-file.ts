import type { Span } from "../text/span.ts";

/** Another file that belongs to a problem. */
export interface RelatedFile {
  readonly path: string;
  /** Its first line. */
  readonly span?: Span | undefined;
  readonly message: string;
}
