/** Pieces of patterns that look for names in SQL without reading it. */

/** Comments; not what MySQL runs of them, behind an exclamation mark. */
export const sqlComments = /--[^\n]*|\/\*(?!!)[^]*?\*\//g;

/** What may stand between a statement's words and the name. */
export const beforeName = String.raw`(?:ONLY\s{1,9})?(?:IF\s{1,9}(?:NOT\s{1,9})?EXISTS\s{1,9})?`;
