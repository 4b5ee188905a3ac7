/** Passwords that are written out: where they stand, never what they are. */
import type { Node } from "@pgsql/types";
import type { Span } from "../../../text/span.ts";
import type { TokenReader } from "./tokens.ts";

/** The first string at or after a token: the value of an option, unless it is empty or left to the runner. */
export function literalAfter(reader: TokenReader, position: number): Span | undefined {
  for (let at = Math.max(0, position); at < reader.length; at++) {
    const token = reader.tokens[at];
    if (token?.kind !== "string") continue;
    const { start, end } = token;
    return isWrittenOut(reader.source.text.slice(start, end)) ? { start, end } : undefined;
  }
  return undefined;
}

/** The value of the password option among `OPTIONS (user 'a', password 'b')` or a role's options. */
export function passwordIn(reader: TokenReader, options: readonly Node[] | undefined): Span | undefined {
  for (const node of options ?? []) {
    if (!("DefElem" in node)) continue;
    const { defname = "", arg, location } = node.DefElem;
    if (!/^(?:password|passcode|secret)$/i.test(defname) || arg === undefined || !("String" in arg)) continue;
    if ((arg.String.sval ?? "") !== "") return literalAfter(reader, reader.at(location));
  }
  return undefined;
}

/** The connection string of a subscription that holds a password. */
export function connectionSecret(reader: TokenReader, connection: string | undefined): Span | undefined {
  const holds = /\bpassword\s{0,9}=\s{0,9}[^\s]|:\/\/[^\s:/@]{0,99}:[^\s:/@]/i.test(connection ?? "");
  return holds ? literalAfter(reader, reader.find("connection")) : undefined;
}

/** `SET app.jwt_secret TO '…'` of a role or database. */
export function settingSecret(reader: TokenReader, name: string | undefined): Span | undefined {
  const isSecret = /(?:secret|password|passphrase|api_?key|private_?key|service_role_key)$/i.test(name ?? "");
  return isSecret ? literalAfter(reader, reader.find("set")) : undefined;
}

/** `'${PASSWORD}'`, `'{{ password }}'`, `:'password'`, `'<password>'` and the like are filled in later. */
function isWrittenOut(literal: string): boolean {
  if (!/^(?:[eEnN]|[uU]&)?'|^\$/.test(literal) || /^[eEnN]?''$|^\$(\w*)\$\$\1\$$/.test(literal)) return false;
  return !/\$\{|\{\{|\$\(|%\(|%[sLI]|<%|'\s*[<@:$%][^']*'$|\*\*\*/.test(literal);
}
