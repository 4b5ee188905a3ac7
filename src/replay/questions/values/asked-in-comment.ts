/** What the comments of a migration ask people to look for before it runs. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

const ofDuplicates = /\bduplica|\bduplik|\bdoublon|\bdoppelt|\bHAVING\s+count\b/i;

/** See `ValueQuestions.askedInComment`. */
export function askedInComment({ scope, script, direction }: Step, { name }: QualifiedName): boolean {
  const text = scope.comments[direction]
    .map(({ start, end }) => script.text.slice(start, end).replace(/^(?:--|#|\/\*)/, ""))
    .join("\n");
  return ofDuplicates.test(text) && isRead(text, name.toLowerCase());
}

const readsFrom = /\bFROM\s+(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)/i;

/** Behind the first FROM of one of its queries. */
const isRead = (text: string, table: string): boolean =>
  text
    .split(/\bSELECT\b/i)
    .slice(1)
    .some((query) => readsFrom.exec(query)?.[1]?.toLowerCase() === table);
