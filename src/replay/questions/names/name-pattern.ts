/**
 * Patterns for names: `idx_<table>_<columns>`; `<short_columns>` may leave out words of them, `<short_table>` also ends
 * of words: `cat`, `expense_cat`, `ec` of `expense_categories`.
 */

export interface NameParts {
  readonly table: string;
  /** Undefined: up to the author. */
  readonly columns: string | undefined;
  readonly references: string;
}

/** Longer names match nothing; the server cuts them anyway. */
const longest = 200;

/** Does the whole name match? Takes time in proportion to the square of the name's length, whatever the pattern. */
export function matchesNamePattern(pattern: string, name: string, parts: NameParts): boolean {
  if (name.length > longest) return false;
  let ends = new Set([0]);
  for (const piece of pattern.split(/(<[a-z_]+>|\*)/)) {
    if (piece === "") continue;
    const next = new Set<number>();
    for (const from of ends) for (const end of endsOf(piece, name, from, parts)) next.add(end);
    ends = next;
  }
  return ends.has(name.length);
}

/** The name that the pattern asks for; undefined where it leaves something open, or the server would cut it. */
export function fillNamePattern(
  pattern: string,
  { table, columns, references }: NameParts,
): string | undefined {
  const name = pattern
    .replaceAll("<table>", table)
    .replaceAll("<short_table>", table)
    .replaceAll("<columns>", columns ?? "*")
    .replaceAll("<short_columns>", columns ?? "*")
    .replaceAll("<references>", references);
  return /^[\w$]{1,63}$/.test(name) ? name : undefined;
}

/** Where a piece of the pattern may end that begins at `from`. */
function endsOf(piece: string, name: string, from: number, parts: NameParts): readonly number[] {
  switch (piece) {
    case "*":
      return upTo(name, from);
    case "<table>":
      return after(parts.table, name, from);
    case "<short_table>":
      return afterShort(parts.table, name, from);
    case "<references>":
      return after(parts.references, name, from);
    case "<columns>":
      return parts.columns === undefined ? upTo(name, from + 1) : after(parts.columns, name, from);
    case "<short_columns>":
      return parts.columns === undefined ? upTo(name, from + 1) : afterSome(parts.columns, name, from);
    case "<snake_case>": {
      const word = /_*[a-z][a-z0-9]*(?:_[a-z0-9]+)*/y;
      word.lastIndex = from;
      const found = word.exec(name);
      return found === null ? [] : upTo(name, from + 1).filter((end) => end <= word.lastIndex);
    }
    default:
      return after(piece, name, from);
  }
}

/** Some of the words, in their order. */
const afterSome = (words: string, name: string, from: number): readonly number[] =>
  inOrder(words, name, from, (word, start) => (name.startsWith(word, start) ? [word.length] : []));

const shortest = 3;

/** Some of the words, in their order, each in the singular or cut short; or the first letters of all. */
function afterShort(words: string, name: string, from: number): readonly number[] {
  const letters = words.split("_").map((word) => word.slice(0, 1));
  const initials = letters.length > 1 ? after(letters.join(""), name, from) : [];
  const some = inOrder(words, name, from, (word, start) =>
    [word, singular(word)].flatMap((form) => {
      let same = 0;
      while (same < form.length && form[same] === name[start + same]) same++;
      const cuts = Array.from({ length: same }, (_, at) => at + 1);
      // `activity` of `taskactivity`.
      const ends = Array.from({ length: Math.max(0, form.length - shortest) }, (_, at) => form.slice(at + 1));
      return [
        ...cuts.filter((length) => length >= shortest || length === form.length),
        ...ends
          .filter((end) => end.length > shortest && name.startsWith(end, start))
          .map((end) => end.length),
      ];
    }),
  );
  return [...initials, ...some];
}

const singular = (word: string): string => word.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "");

/** Where a row of words joined by `_` may end, some of which are left out; `lengths`: of a word as it stands at `start`. */
function inOrder(
  words: string,
  name: string,
  from: number,
  lengths: (word: string, start: number) => readonly number[],
): readonly number[] {
  const ends = new Set<number>();
  for (const word of words.split("_")) {
    if (word === "") continue;
    for (const start of [from, ...[...ends].map((end) => (name.startsWith("_", end) ? end + 1 : -1))])
      if (start >= 0) for (const length of lengths(word, start)) ends.add(start + length);
  }
  return [...ends];
}

const after = (text: string, name: string, from: number): readonly number[] =>
  name.startsWith(text, from) ? [from + text.length] : [];

function upTo(name: string, from: number): readonly number[] {
  const ends: number[] = [];
  for (let end = from; end <= name.length; end++) ends.push(end);
  return ends;
}
