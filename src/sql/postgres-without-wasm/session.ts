/** Transaction control, SET and RESET by their tokens: the parser knows a part of their forms only. */
import type { Operation } from "../../model/operation.ts";
import { utility, whole } from "./whole.ts";
import type { TokenReader } from "../postgres/lower/tokens.ts";

/** The operations of the statement, if it is one of these. */
export function sessionStatement(reader: TokenReader): Operation[] | undefined {
  const word = (position: number): string => {
    const token = reader.tokens[position];
    return token?.kind === "word" ? token.value : "";
  };
  const chain = reader.find("chain") > 0 && !reader.is(reader.length - 2, "no");
  const name = (position: number): string => reader.tokens[position]?.value ?? "";
  const rest = reader.is(1, "work", "transaction") ? 2 : 1;
  switch (word(0)) {
    case "begin":
      return [whole(reader, "begin")];
    case "start":
      return word(1) === "transaction" ? [whole(reader, "begin", 2)] : undefined;
    case "end":
    case "commit":
      if (word(1) === "prepared") return [utility(reader, "COMMIT PREPARED")];
      return [{ ...whole(reader, "commit"), chain }];
    case "abort":
      return [{ ...whole(reader, "rollback"), chain }];
    case "rollback": {
      if (word(1) === "prepared") return [utility(reader, "ROLLBACK PREPARED")];
      if (!reader.is(rest, "to")) return [{ ...whole(reader, "rollback"), chain }];
      const at = reader.is(rest + 1, "savepoint") && rest + 2 < reader.length ? rest + 2 : rest + 1;
      return [{ ...whole(reader, "savepoint", reader.length), action: "rollback", name: name(at) }];
    }
    case "savepoint":
      return [{ ...whole(reader, "savepoint", 2), action: "set", name: name(1) }];
    case "release": {
      const at = reader.is(1, "savepoint") && reader.length > 2 ? 2 : 1;
      return [{ ...whole(reader, "savepoint", reader.length), action: "release", name: name(at) }];
    }
    case "set":
    case "reset":
      return option(reader);
    default:
      return undefined;
  }
}

/** Settings that are not called by their names. */
const phrases: readonly (readonly [readonly string[], string])[] = [
  [["time", "zone"], "timezone"],
  [["session", "authorization"], "session_authorization"],
  [["names"], "client_encoding"],
  [["schema"], "search_path"],
  [["role"], "role"],
  [["transaction", "isolation", "level"], "transaction_isolation"],
];

function option(reader: TokenReader): Operation[] | undefined {
  const reset = reader.is(0, "reset");
  const authorization = reader.is(1, "session") && reader.is(2, "authorization", "characteristics");
  const scoped = !reset && !authorization && reader.is(1, "local", "session");
  const local = scoped && reader.is(1, "local");
  const at = scoped ? 2 : 1;
  if (!reset && reader.is(at, "constraints")) return [utility(reader, "SET CONSTRAINTS")];
  if (!reset && (reader.is(at, "transaction") || reader.is(at + 1, "characteristics")))
    return [utility(reader, "SET TRANSACTION")];
  const phrase = phrases.find(([words]) => reader.skip(at, ...words) > at);
  const named = phrase !== undefined && !reader.is(at + phrase[0].length, "=", "to");
  let from = named ? at + phrase[0].length : reader.nameEnd(at);
  const name = named ? phrase[1] : nameText(reader, at, from);
  let headEnd = 1;
  while (headEnd < reader.length && !reader.is(headEnd, "=", "to", "time")) headEnd++;
  headEnd = reader.skip(headEnd, "time", "zone");
  const base = { ...whole(reader, "setOption", Math.max(headEnd, 2)), name, local };
  if (reset) return [base];
  if (reader.is(from, "from") && reader.is(from + 1, "current")) return [];
  if (!named) {
    if (!reader.is(from, "=", "to")) return undefined;
    from++;
  }
  if (reader.is(from, "default") || (name === "timezone" && reader.is(from, "local"))) return [base];
  const values = reader.split(from, reader.length).map(({ from: first, to }) =>
    reader.tokens
      .slice(first, to)
      .map(({ value }) => value)
      .join(""),
  );
  return [{ ...base, value: values.join(", ") }];
}

function nameText(reader: TokenReader, from: number, to: number): string {
  return reader.tokens
    .slice(from, to)
    .map(({ value }) => value)
    .join("")
    .toLowerCase();
}
