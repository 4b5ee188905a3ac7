/** Which build this is, of all of a release; `scripts/build.mjs` writes it. Empty: it runs from its source. */
export const build = "";
