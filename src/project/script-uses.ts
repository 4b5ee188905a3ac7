/** What a script makes, drops and names, by its words: for questions about the order of files that aren't read yet. */
import { beforeName, namesIn, sqlComments, tableBuilt } from "./sql-words.ts";

export interface ScriptUses {
  readonly words: ReadonlySet<string>;
  readonly makes: ReadonlySet<string>;
  /** Of these, what isn't a part of a table. */
  readonly objects: ReadonlySet<string>;
  readonly drops: ReadonlySet<string>;
}

const name = String.raw`${beforeName}(?:["\x60\w]{1,80}\.)?["\x60]?(\w{1,80})`;
const made = new RegExp(
  String.raw`\b(?:CREATE\s{1,9}(?:OR\s{1,9}REPLACE\s{1,9})?(?:UNLOGGED\s{1,9})?(?:TABLE|VIEW|TYPE|FUNCTION|SEQUENCE|(?:UNIQUE\s{1,9})?INDEX)|ADD\s{1,9}(?:COLUMN|CONSTRAINT)|RENAME\s{1,9}(?:COLUMN\s{1,9}\w{1,80}\s{1,9})?TO)\s{1,9}${name}`,
  "gi",
);
const object = new RegExp(
  String.raw`\bCREATE\s{1,9}(?:OR\s{1,9}REPLACE\s{1,9})?(?:UNLOGGED\s{1,9})?(?:TABLE|VIEW|TYPE|FUNCTION|SEQUENCE)\s{1,9}${name}`,
  "gi",
);
const dropped = new RegExp(
  String.raw`\bDROP\s{1,9}(?:TABLE|VIEW|TYPE|FUNCTION|SEQUENCE|COLUMN|CONSTRAINT)\s{1,9}${name}`,
  "gi",
);

export function usesIn(text: string): ScriptUses {
  const code = text.replaceAll(sqlComments, " ");
  const lower = code.toLowerCase();
  const built = namesIn(code, tableBuilt);
  return {
    words: new Set(lower.match(/\w+/g)),
    makes: new Set([...named(lower, made), ...built]),
    objects: new Set([...named(lower, object), ...built]),
    drops: named(lower, dropped),
  };
}

const named = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(pattern), ([, found = ""]) => found));

/** Why a script can't move behind the others, which run after it now: the first that stops it. */
export function heldBy<T>(
  script: ScriptUses,
  later: readonly (readonly [T, ScriptUses])[],
): { readonly by: T; readonly isNeeded: boolean } | undefined {
  for (const [by, { words, makes, drops }] of later) {
    const isNeeded = [...script.makes, ...script.drops].some((name) => words.has(name));
    if (isNeeded) return { by, isNeeded };
    if ([...drops].some((name) => script.words.has(name) && !makes.has(name))) return { by, isNeeded: false };
  }
  return undefined;
}
