/** `@lezer/python` behind one function; nothing else imports it. */
import type { Span } from "../../../text/span.ts";
import type { Tree } from "../tree.ts";
import { asPythonReads } from "./precedence.ts";

export interface Parsed {
  readonly program: Tree;
  /** From `#` to the end of the line. */
  readonly comments: readonly Span[];
}

interface Cursor {
  readonly name: string;
  readonly type: { readonly isError: boolean };
  readonly from: number;
  readonly to: number;
  firstChild(): boolean;
  nextSibling(): boolean;
  parent(): boolean;
}

interface Library {
  readonly parser: { parse(text: string): { cursor(): Cursor } };
}

let library: Library | undefined;

export async function loadLezer(): Promise<void> {
  if (library !== undefined) return;
  const module = (await import("@lezer/python")) as unknown as Library & { default?: Library };
  library = module.default ?? module;
}

interface Open {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children: Tree[];
  broken: boolean;
}

/** Never throws on the text's account: what the grammar doesn't know is a node that is broken. */
export function parsePython(text: string): Parsed {
  if (library === undefined) throw new Error("the Python parser is not loaded: await load() first");
  // Python skips a BOM. An empty line has no indentation, and the same length.
  const cursor = library.parser.parse(text.replace(/^\uFEFF/, "\n")).cursor();
  const comments: Span[] = [];
  const opened = (): Open => ({
    type: cursor.name,
    start: cursor.from,
    end: cursor.to,
    children: [],
    broken: cursor.type.isError,
  });
  const program = opened();
  const path: Open[] = [program];
  /** A node is complete: its parent gets it. */
  const close = (): void => {
    const node = path.pop();
    const parent = path.at(-1);
    if (node === undefined || parent === undefined) return;
    if (node.type === "Comment") comments.push({ start: node.start, end: node.end });
    else {
      parent.children.push(asPythonReads(node));
      parent.broken ||= node.broken;
    }
  };
  // Expressions nest thousands deep: no recursion.
  if (cursor.firstChild()) path.push(opened());
  while (path.length > 1) {
    if (cursor.firstChild()) {
      path.push(opened());
      continue;
    }
    for (;;) {
      close();
      if (cursor.nextSibling()) {
        path.push(opened());
        break;
      }
      if (path.length === 1) break;
      cursor.parent();
    }
  }
  return { program, comments };
}
