/** What a part of a changeset of formatted SQL keeps of the preconditions of the one that it is a part of. */
import type { SectionFile } from "../../model/tool.ts";
import { builtIndex, guardOf, isBeside, mentions, takesAway } from "../advice/liquibase-terms.ts";

const head = /^--[ \t]*preconditions\b/i;
const ofObject = /^--[ \t]*precondition-(?:table|view)-exists\b[^\n]*?\b(?:table|view):\s?"?(?:\w+\.)?(\w+)/i;
const countsNone = /^--[ \t]*precondition-sql-check\b[^\n]*\bexpectedResult:\s?"?0\b/i;
/** Without it, Liquibase runs nothing where they aren't met. */
const passesOver = /\bonFail:\s?"?(?:MARK_RAN|CONTINUE)\b/i;

/** The lines below the one that opens a changeset. */
export const conditionLines = (text: string): readonly string[] =>
  (text.match(/^[ \t]*--[ \t]*precondition(?:s\b|-[\w-]+\b)[^\r\n]*/gim) ?? []).map((line) => line.trim());

/** A question that what runs before the part makes false is left out. */
export function keptConditions({
  conditions,
  earlier,
  statements,
  database,
}: Pick<SectionFile, "conditions" | "earlier" | "statements" | "database">): readonly string[] {
  const heads = conditions.filter((line) => head.test(line));
  const asked = conditions.filter((line) => !head.test(line));
  const isChanged = earlier.some((sql) => !isBeside.test(sql));
  const index = builtIndex(statements);
  const kept = asked.flatMap((line) => {
    const object = ofObject.exec(line)?.[1];
    if (object !== undefined)
      return earlier.some((sql) => takesAway.test(sql) && mentions(sql, object)) ? [] : [line];
    if (isChanged) return [];
    // A failed build leaves the index, INVALID.
    return index !== undefined && countsNone.test(line) && mentions(line, index.name)
      ? [
          `--precondition-sql-check expectedResult:0 SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('${index.class}') AND indisvalid`,
        ]
      : [line];
  });
  const isPassedOver = kept.length < asked.length && heads.some((line) => passesOver.test(line));
  const [guard] = isPassedOver ? statements.flatMap((sql) => guardOf({ sql }, [], database) ?? []) : [];
  const guards =
    guard === undefined ? [] : [`--precondition-sql-check expectedResult:${guard.expected} ${guard.sql}`];
  return kept.length + guards.length === 0 ? [] : [...heads, ...kept, ...guards];
}
