/** `@babel/parser` behind one function; nothing else imports it. */
import type { ParserOptions } from "@babel/parser";
import type { Span } from "../../../text/span.ts";
import type { Tree } from "../tree.ts";

export interface Parsed {
  readonly program: Tree;
  /** Delimiters included. */
  readonly comments: readonly Span[];
  /** Places that the grammar rejects, the first of each. */
  readonly errors: readonly { readonly at: number; readonly message: string }[];
}

interface Library {
  parse(text: string, options: ParserOptions): unknown;
}

interface Located {
  readonly message?: unknown;
  readonly pos?: unknown;
}

let library: Library | undefined;

export async function loadBabel(): Promise<void> {
  if (library !== undefined) return;
  const module = (await import("@babel/parser")) as unknown as Library & { default?: Library };
  library = module.default ?? module;
}

/** Parses a file; `undefined` as program where it is broken beyond recovery. Never throws on the text's account. */
export function parseCode(text: string, path: string): Parsed | Omit<Parsed, "program"> {
  if (library === undefined) throw new Error("the JavaScript parser is not loaded: await load() first");
  // In TypeScript `<T>x` is a cast, in the others it opens an element.
  const isTypeScript = /\.[cm]?ts$/i.test(path);
  try {
    const file = library.parse(text, {
      sourceType: "unambiguous",
      errorRecovery: true,
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowSuperOutsideMethod: true,
      allowUndeclaredExports: true,
      plugins: ["estree", "typescript", "decorators-legacy", ...(isTypeScript ? [] : (["jsx"] as const))],
    }) as { program: Tree; comments?: readonly Span[]; errors?: readonly Located[] };
    return {
      program: file.program,
      comments: (file.comments ?? []).map(({ start, end }) => ({ start, end })),
      errors: (file.errors ?? []).map(located),
    };
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError)
      return { comments: [], errors: [{ at: 0, message: "it is nested too deeply to be read" }] };
    return { comments: [], errors: [located(error as Located)] };
  }
}

/** Its messages end in `(3:14)`, which we say ourselves. */
function located({ message, pos }: Located): { at: number; message: string } {
  const text = typeof message === "string" ? message : "it can't be read";
  return {
    at: typeof pos === "number" ? pos : 0,
    message: text
      .replace(/ \(\d{1,9}:\d{1,9}\)$/, "")
      .replace(/\.$/, "")
      .slice(0, 90),
  };
}
