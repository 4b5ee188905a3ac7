/** Settings after which a server reads text otherwise than our lexers do: what follows may hide statements from us. */
import type { Operation } from "../model/operation.ts";

const encodings = new Set(["client_encoding", "names", "character_set", "character_set_client"]);

/** In these a second byte may be a backslash: with its neighbour it is one character, and escapes nothing. */
const unsafe =
  /^(?:sjis|shift_?jis\w*|mskanji|win(?:dows)?9(?:32|36|49|50)|cp932|big5\w*|gbk|gb18030|uhc|johab)\b/i;

export function changesReading(operation: Operation): boolean {
  if (operation.kind !== "setOption" || operation.value === undefined) return false;
  const { name, value } = operation;
  // A backslash is a character of its own in 'text' only as long as this is on, its default.
  if (name === "standard_conforming_strings") return !/^(?:on|true|t|yes|y|1)$/i.test(value);
  return encodings.has(name) && unsafe.test(value);
}
