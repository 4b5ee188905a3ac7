/** Pieces of patterns that look for names in SQL without reading it. */

/** Comments; not what MySQL runs of them, behind an exclamation mark. */
export const sqlComments = /--[^\n]*|\/\*(?!!)[^]*?\*\//g;

/** What may stand between a statement's words and the name. */
export const beforeName = String.raw`(?:ONLY\s{1,9})?(?:IF\s{1,9}(?:NOT\s{1,9})?EXISTS\s{1,9})?`;

const creates = /\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([\w."`]{1,150})/gi;

/** What the first group of the pattern finds: names without quotes, in lower case. */
export const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  Array.from(text.matchAll(pattern), ([, name = ""]) => name.replace(/["`]/g, "").toLowerCase());

/** Tables that the text creates. */
export const tablesMade = (text: string): readonly string[] => namesIn(text, creates);

const alters = new RegExp(String.raw`\balter\s{1,9}table\s{1,9}${beforeName}([\w."\`]{1,150})`, "gi");

/** Tables that the text alters. */
export const tablesAltered = (text: string): readonly string[] => namesIn(text, alters);

const drops = /\bdrop\s+table\s+(?:if\s+exists\s+)?([\w."`]{1,150}(?:\s*,\s*[\w."`]{1,150}){0,100})/gi;

/** Tables that the text drops. */
export const tablesDropped = (text: string): readonly string[] =>
  namesIn(text, drops).flatMap((names) => names.split(/\s*,\s*/));

/** `createTable("users"`, `create_table :users`, `new Table({ name: "users"`, `<createTable tableName="users"`. */
export const tableBuilt =
  /\bcreate_?table(?:\s{0,9}\(|\s)\s{0,40}(?:new\s+Table\(\s{0,40}\{\s{0,40}name:\s{0,9}|\w{1,40}=)?["'`:]([\w.]{1,150})/gi;
