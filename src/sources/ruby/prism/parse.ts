/** `@ruby/prism` behind one function; nothing else imports it. */
import type { Span } from "../../../text/span.ts";
import type { Tree } from "../tree.ts";
import { toTree, type PrismNode } from "./convert.ts";
import { prismWasm } from "./load-wasm.ts";

export interface Parsed {
  readonly program: Tree;
  /** From `#` to the end of the line, and `=begin` blocks. */
  readonly comments: readonly Span[];
  /** What the grammar rejects; the tree then lacks parts. */
  readonly errors: readonly Span[];
}

interface Location {
  readonly startOffset: number;
  readonly length: number;
}

interface Result {
  readonly value: PrismNode;
  readonly comments: readonly { readonly location: Location }[];
  readonly errors: readonly { readonly location: Location }[];
}

interface Library {
  readonly parsePrism: (exports: object, source: string) => Result;
}

interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** As far as it is used: the types of Node leave it to the browser's. */
interface Wasm {
  readonly Module: (new (bytes: Uint8Array) => object) & {
    imports(module: object): readonly { readonly module: string; readonly name: string }[];
  };
  readonly Instance: new (module: object, imports: object) => Instance;
  readonly RuntimeError: new () => Error;
}

const wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

let library: (Library & { readonly module: object; instance?: Instance }) | undefined;

export async function loadPrism(): Promise<void> {
  if (library !== undefined) return;
  const found = (await import("@ruby/prism/src/parsePrism.js")) as unknown as Library & { default?: Library };
  const { parsePrism } = found.default ?? found;
  library = { parsePrism, module: new wasm.Module(prismWasm()) };
}

/** It calls none of the functions that it imports: the parser reads no file and no clock. */
function instantiate(module: object): Instance {
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of wasm.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => 0;
  }
  const instance = new wasm.Instance(module, imports);
  (instance.exports["_initialize"] as (() => void) | undefined)?.();
  return instance;
}

/** Undefined: the text nests too deeply for the parser. Never throws on the text's account. */
export function parseRuby(text: string): Parsed | undefined {
  if (library === undefined) throw new Error("the Ruby parser is not loaded: await load() first");
  library.instance ??= instantiate(library.module);
  let result: Result;
  try {
    result = library.parsePrism(library.instance.exports, text);
  } catch (error) {
    // What a parser leaves that ran out of its stack isn't to be relied on.
    delete library.instance;
    if (error instanceof RangeError || error instanceof wasm.RuntimeError) return undefined;
    throw error;
  }
  const at = placesIn(text);
  const span = ({ startOffset, length }: Location): Span => ({
    start: at(startOffset),
    end: at(startOffset + length),
  });
  return {
    program: toTree(result.value, text, at),
    comments: result.comments.map(({ location }) => span(location)),
    errors: result.errors.map(({ location }) => span(location)),
  };
}

/** From offsets of UTF-8 bytes to those of the text. */
function placesIn(text: string): (byte: number) => number {
  if (/^[\u0000-\u007f]*$/.test(text)) return (byte) => Math.min(byte, text.length);
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = 0; i < bytes; i++) places.push(at);
    if (code >= 0x10000) at++;
  }
  return (byte) => places[byte] ?? text.length;
}
