/** The server's own parser, as WebAssembly. Nothing else imports it. */
import type { Node } from "@pgsql/types";

/** A statement as the parser places it: UTF-8 bytes from the start of what was parsed. */
export interface ParsedStatement {
  readonly stmt?: Node;
  /** Absent: 0. Includes leading blanks and comments. */
  readonly stmt_location?: number;
  /** Absent: up to the end. */
  readonly stmt_len?: number;
}

/** Failure is `syntax` where the grammar says no, at a 0-based code point; `limit` where the parser gives up. */
export type ParseOutcome =
  | { readonly is: "parsed"; readonly statements: readonly ParsedStatement[] }
  | { readonly is: "syntax"; readonly message: string; readonly position: number }
  | { readonly is: "limit" };

interface Library {
  loadModule(): Promise<void>;
  parseSync(query: string): { stmts?: readonly ParsedStatement[] };
}

let library: Library | undefined;

export async function loadParser(): Promise<void> {
  if (library !== undefined) return;
  const module = (await import("libpg-query")) as unknown as Library & { default?: Library };
  const loaded = module.default ?? module;
  await loaded.loadModule();
  library = loaded;
}

/** Parses SQL text; `loadParser` must have been awaited. Never throws on the text's account. */
export function parseSql(sql: string): ParseOutcome {
  const outcome = parsed(sql);
  if (outcome.is !== "syntax" || sql.search(newWord) < 0 || sql.search(stoodIn) >= 0) return outcome;
  const again = parsed(sql.replaceAll(newWord, withoutLetter));
  return again.is === "parsed" ? withNewWords(again) : outcome;
}

/** Names like any other before PostgreSQL 16 or 17. */
const newWords = [
  "system_user",
  "json",
  "json_array",
  "json_arrayagg",
  "json_exists",
  "json_object",
  "json_objectagg",
  "json_query",
  "json_scalar",
  "json_serialize",
  "json_table",
  "json_value",
  "merge_action",
] as const;
const withoutLetter = (word: string): string => `${word.slice(0, -2)}_${word.slice(-1)}`;
const newWord = new RegExp(String.raw`\b(?:${newWords.join("|")})\b`, "gi");
const stoodIn = new RegExp(String.raw`\b(?:${newWords.map(withoutLetter).join("|")})\b`, "gi");

/** The tree of a text in which other names of the same length stood in for those words. */
const withNewWords = (outcome: ParseOutcome): ParseOutcome =>
  JSON.parse(JSON.stringify(outcome), (_key, value: unknown) =>
    typeof value === "string" ? value.replaceAll(stoodIn, restored) : value,
  ) as ParseOutcome;

function restored(word: string): string {
  const letter = newWords.find((one) => withoutLetter(one) === word.toLowerCase())?.at(-2) ?? "_";
  return (
    word.slice(0, -2) +
    (word.startsWith(word.charAt(0).toUpperCase()) ? letter.toUpperCase() : letter) +
    word.slice(-1)
  );
}

function parsed(sql: string): ParseOutcome {
  if (library === undefined) throw new Error("the PostgreSQL parser is not loaded: await load() first");
  if (sql === "") return { is: "parsed", statements: [] };
  try {
    return { is: "parsed", statements: library.parseSync(sql).stmts ?? [] };
  } catch (error) {
    const details = syntaxDetails(error);
    if (details === undefined || /memory|stack depth/.test(details.message)) return { is: "limit" };
    return { is: "syntax", message: shortened(details.message), position: details.cursorPosition };
  }
}

/** What the library adds to an error of the grammar; other errors come from the depth of a text. */
function syntaxDetails(error: unknown): { message: string; cursorPosition: number } | undefined {
  if (typeof error !== "object" || error === null || !("sqlDetails" in error)) return undefined;
  return error.sqlDetails as { message: string; cursorPosition: number } | undefined;
}

/** The parser quotes the whole rest of the text after an open quote. */
function shortened(message: string): string {
  const from = message.indexOf('"') + 1;
  const quoted = message.slice(from, -1);
  if (from === 0 || (quoted.length <= 60 && !/[\r\n]/.test(quoted))) return message;
  return `${message.slice(0, from)}${/^[^\r\n]{0,40}/.exec(quoted)?.[0] ?? ""}…"`;
}
