import type { Script } from "../project/migration.ts";
import type { Span } from "../text/span.ts";
import type { Fix } from "./rule.ts";

/** The fix in the letter case in which the statement's keywords are written; rules write theirs in capitals. */
export function inCaseOf(fix: Fix, { text }: Pick<Script, "text">, statement: Span): Fix {
  const first = /^[a-zA-Z]+/.exec(text.slice(statement.start, statement.start + 20))?.[0] ?? "";
  if (first === "" || first !== first.toLowerCase()) return fix;
  return { ...fix, edits: fix.edits.map((edit) => ({ ...edit, text: lowerKeywords(edit.text) })) };
}

/** What is quoted stays. */
const lowerKeywords = (text: string): string =>
  text.replace(/'[^']*'|"[^"]*"|`[^`]*`|\b[A-Z]+\b/g, (part) =>
    /^['"`]/.test(part) ? part : part.toLowerCase(),
  );
