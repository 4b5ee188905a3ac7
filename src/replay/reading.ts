/** Settings after which a server reads text otherwise than our lexers do: what follows may hide statements from us. */
import type { Operation } from "../model/operation.ts";
import { isUnsafeEncoding } from "../sql/encodings.ts";

const encodings = new Set(["client_encoding", "names", "character_set", "character_set_client"]);

export function changesReading(operation: Operation): boolean {
  if (operation.kind !== "setOption" || operation.value === undefined) return false;
  const { name, value } = operation;
  // A backslash is a character of its own in 'text' only as long as this is on, its default.
  if (name === "standard_conforming_strings") return !/^(?:on|true|t|yes|y|1)$/i.test(value);
  // What a variable of the user holds is followed where the text is read.
  return encodings.has(name) && !value.startsWith("@") && isUnsafeEncoding(value);
}
