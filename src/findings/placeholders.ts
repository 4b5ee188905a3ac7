/** Findings name things as they are written: a template's placeholder, not the name that stood for it. */
import type { RawFinding } from "../lint/raw-finding.ts";
import { recipes } from "../lint/rule.ts";
import { holePattern } from "../model/hole-names.ts";

/** It may stand beside other letters: `'idx_' || t`. */
const isHole = (name: string): boolean => name.replace(holePattern, "") === "";

/** A placeholder of code as the language of its file spells it. */
export function spelledIn(path: string, written: string): string {
  if (!written.startsWith("${")) return written;
  return path.endsWith(".py") ? written.slice(1) : path.endsWith(".rb") ? `#${written.slice(1)}` : written;
}

/** A function that puts placeholders back into a text; undefined if there are none. */
export function namesBack(names: ReadonlyMap<string, string>): ((text: string) => string) | undefined {
  // A mere underscore, as of `?`, is no name that a message has.
  const known = [...names.keys()].filter((name) => /[a-z0-9]/.test(name));
  if (known.length === 0) return undefined;
  // Names are letters, digits and underscores: nothing in them means anything to a regular expression. What begins
  // with an underscore may be a part of a name: `{{.prefix}}users`.
  const pattern = new RegExp(
    known
      .sort((a, b) => b.length - a.length)
      .map((name) => (name.startsWith("_") || isHole(name) ? name : `(?<!\\w)${name}(?!\\w)`))
      .join("|"),
    "g",
  );
  return (text) => text.replace(pattern, (name) => names.get(name) ?? name);
}

/** A table of which only the run knows the name: in a sentence, `<t>` would look like the name itself. */
function tableInWords(relation: string, names: ReadonlyMap<string, string>): string | undefined {
  const written = relation !== "" && isHole(relation) ? names.get(relation) : undefined;
  return written === undefined ? undefined : `the table named by ${written.slice(1, -1)}`;
}

/** A message of a finding with words for the tables that it is about; where they are a part of a name, they stay. */
function withTablesInWords(
  message: string,
  { table, locks }: RawFinding,
  names: ReadonlyMap<string, string>,
): string {
  let text = message;
  for (const relation of new Set([table ?? "", ...locks.map((lock) => lock.relation)])) {
    const words = tableInWords(relation, names);
    if (words !== undefined)
      text = text.replaceAll(new RegExp(`(?<![\\w."\`])${relation}(?![\\w."\`])`, "g"), () => words);
  }
  return text;
}

/** The same for all texts of a finding. */
export function placeholdersBack(
  names: ReadonlyMap<string, string>,
): ((finding: RawFinding) => RawFinding) | undefined {
  const back = namesBack(names);
  if (back === undefined) return undefined;
  return (finding) => ({
    ...finding,
    message: back(withTablesInWords(finding.message, finding, names)),
    instead: finding.instead === undefined ? undefined : back(finding.instead),
    advice: finding.advice && recipes.mapAdvice(finding.advice, back),
    locks: finding.locks.map((lock) => ({
      ...lock,
      relation: tableInWords(lock.relation, names) ?? back(lock.relation),
    })),
    online: finding.online && { ...finding.online, relation: back(finding.online.relation) },
    sizes: finding.sizes?.map((size) => ({ ...size, relation: back(size.relation) })),
    related: finding.related.map((place) => ({
      ...place,
      message: back(withTablesInWords(place.message, finding, names)),
    })),
    once: finding.once && {
      ...finding.once,
      back: (text) => back(withTablesInWords(text, finding, names)),
    },
    fix: finding.fix && {
      ...finding.fix,
      edits: finding.fix.edits.map((edit) => ({ ...edit, text: back(edit.text) })),
    },
  });
}
