/** What the comments of a migration ask people to look for before it runs. */
import type { QualifiedName } from "../../../model/names.ts";
import type { Step } from "../../step.ts";

const ofDuplicates = /\bduplica|\bduplik|\bdoublon|\bdoppelt|\bHAVING\s+count\b/i;

/** See `ValueQuestions.askedInComment`. */
export function askedInComment({ scope, script, direction }: Step, { name }: QualifiedName): boolean {
  const text = scope.comments[direction]
    .map(({ start, end }) => script.text.slice(start, end).replace(/^(?:--|#|\/\*)/, ""))
    .join("\n");
  return ofDuplicates.test(text) && tablesRead(text).has(name.toLowerCase());
}

/** Behind each FROM of a query. */
function tablesRead(text: string): ReadonlySet<string> {
  const queries = text.split(/\bSELECT\b/i).slice(1);
  return new Set(
    queries.flatMap((query) => {
      const [, table] = /\bFROM\s+(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)/i.exec(query) ?? [];
      return table === undefined ? [] : [table.toLowerCase()];
    }),
  );
}
