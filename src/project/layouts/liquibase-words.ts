/** What the names of changelogs and changesets say: parts of tables, or that these have rows by now. */
/** `07-shop.xml`: of changes that are counted; `2026-shop.xml` and `1.2.xml` are not. */
export function isCounted(file: string): boolean {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return /^[vV]?\d{1,14}[-_.]{1,2}\p{L}{2}/u.test(name) && !/^(?:19|20)\d\d[-_.]/.test(name);
}

/** `140-checks`, `add-indexes`: parts of all tables that the changesets before it in the file make. */
const parts = /^(?:ind(?:exes|ices)|constraints|fks|checks|uniques|triggers|sequences)$/;
const anyTables =
  /^(?:creates?|add|init|initial|all|base|cross|module|tables?|foreign|keys|primary|unique|and|for|\d+)$/;
/** Words for what comes later, when the tables have rows. */
export const later =
  /^(?:missing|more|additional|extra|new|further|performance|perf|optimi[sz]\w{1,9}|speed|slow|fix|drop|remove|rename|change|update|alter|delete|recreate|replace|rebuild|modify|migrate|backfill|convert|move|set|extend|increase)s?$/;

/** Without the number in front, and `addIndexes` as two words. */
export const wordsOf = (id: string): readonly string[] =>
  id
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1-$2")
    .toLowerCase()
    .split(/[-_.:@/ ]+/)
    .filter((word, at) => word !== "" && !(at === 0 && /^\d+$/.test(word)));

/** In a file of one subject, the parts may be called after one of its tables. */
export function completesTables(file: string, words: readonly string[]): boolean {
  const hasParts = words.some(
    (word, at) => parts.test(word) || (word === "keys" && words[at - 1] === "foreign"),
  );
  const isFree = isCounted(file) ? () => true : (word: string) => parts.test(word) || anyTables.test(word);
  return hasParts && words.every((word) => isFree(word) && !later.test(word));
}
