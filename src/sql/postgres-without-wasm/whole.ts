/** Operations that are a whole statement. */
import type { Operation } from "../../model/operation.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";

/** `headTokens`: how many tokens the head has. */
export function whole<K extends string>(reader: TokenReader, kind: K, headTokens = 1) {
  return { kind, span: reader.source.span, head: reader.span(0, headTokens) };
}

export function utility(reader: TokenReader, command: string): Operation {
  return { ...whole(reader, "utility", command.split(" ").length), command };
}
