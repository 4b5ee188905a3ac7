/** Which text of a statement is sent, and which can't be. */
import type { Script } from "../project/migration.ts";
import { dataKind, dynamicKind, refusedKind, type ParsedText, type Statement } from "../sql/front-end.ts";
import { maskName } from "../sql/postgres/split.ts";

/** Why a statement of a script can't be sent; undefined: it can. */
export function unsendable(statement: Statement, script: Script, parsed: ParsedText): string | undefined {
  const { start, end } = statement.span;
  const text = script.text.slice(start, end);
  const isBuilt = statement.kind === dynamicKind || statement.kind === dataKind;
  if (isBuilt) return "SQL that code builds when it runs";
  if (statement.kind === refusedKind) return "a call that its tool refuses";
  const piece = script.code?.pieces.find(({ part }) => part.start <= start && end <= part.end);
  if (piece?.holes === true) return "SQL with values that code puts in";
  if (piece?.conditional === true) return "code under a condition";
  if (piece?.repeated === true) return "code in a loop";
  if (/^\\/.test(text)) return "a command of psql";
  if (/^copy\b[^]*\bfrom\s+stdin\b/i.test(text)) return "COPY FROM STDIN";
  // What the server rejects there is the statement before it, which goes on.
  if (parsed.problems.some(({ span }) => span.start === start) && statement.operations.length > 0)
    return "a statement behind one without a semicolon";
  const isRead = statement.kind !== "unparsable";
  if (!isRead && !parsed.problems.some(({ span }) => span.start >= start && span.start <= end))
    return "a placeholder that isn't a name";
  return undefined;
}

/**
 * A statement as it is sent: a template's placeholders are the names that ddlint reads in their place, in strings and bodies
 * of functions, too.
 */
export function sent(statement: Statement, script: Script, { placeholders }: ParsedText): string {
  let text = script.text.slice(statement.span.start, statement.span.end);
  for (const [name, written] of placeholders ?? []) text = text.replaceAll(written, name);
  return namesOfTemplates(text, script);
}

/** `{{ .Name }}` as the name that is read in its place. */
export const namesOfTemplates = (text: string, script: Script): string =>
  script.code === undefined ? text.replace(braces, (written) => nameOf(written)) : text;

const braces = /\{\{[^\n]{0,400}?\}\}/g;
const nameOf = (written: string): string =>
  maskName(written, { start: 0, end: written.length, as: "identifier" });

/** Refused in a transaction block, and by COMMIT in a procedure or DO block that isn't alone. */
export const onlyAlone: ReadonlySet<string> = new Set(["25001", "2D000"]);

export const isControl = ({ operations }: Statement): boolean =>
  operations.some(
    ({ kind }) => kind === "begin" || kind === "commit" || kind === "rollback" || kind === "savepoint",
  );
