/** A syntax tree of Python: the nodes of the grammar with their children in the order of the text. */
import type { Span } from "../../text/span.ts";

export interface Tree extends Span {
  /** The grammar's name of the node: "CallExpression"; "⚠" for what the grammar doesn't know. */
  readonly type: string;
  readonly children: readonly Tree[];
}
