/** Placeholders of template languages, read as (a part of) a word; only looked for outside of quotes and comments. */
const patterns: readonly RegExp[] = [
  /\$\{[^{}\n]{0,200}\}/y,
  /\{\$[A-Za-z_]\w{0,60}\}/y,
  /\$%[A-Za-z_]\w{0,60}%\$/y,
  /\{\{[^\n]{0,400}?\}\}/y,
  /\{%[^\n]{0,400}?%\}/y,
  /<%[^\n]{0,400}?%>/y,
  /%\([A-Za-z_]\w{0,100}\)s/y,
  // `%schema%.users`: what follows is no operand, so none of the two is a modulo.
  /%[A-Za-z_]\w{0,60}%(?=\s{0,40}(?:[.;,)]|$))/y,
];
/** `%TABLE_PREFIX%name`: only in front of a name. */
const prefix = /%[A-Z][A-Z_]{1,60}%(?=[A-Za-z_`])/y;
/** `:name` */
const named = /:[A-Za-z_]\w{0,100}/y;

/** Autoconf's `@ENGINE@`. */
const autoconf = /@[A-Z][A-Z0-9_]{1,60}@(?!['"`@])/y;

const starts = new Set(["$", "{", "<", "%", ":", "@"]);

/** End of the placeholder that begins at `at`; `behind`: start of the word that it would go on. */
export function placeholderEnd(text: string, at: number, to: number, behind?: number): number | undefined {
  const first = text.charAt(at);
  if (!starts.has(first)) return undefined;
  for (const pattern of first === ":"
    ? [named]
    : first === "@"
      ? [autoconf]
      : first === "%"
        ? [...patterns, prefix]
        : patterns) {
    if (pattern === named && (behind !== undefined || followsWord(text, at))) continue;
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && at + found.length <= to) return at + found.length;
  }
  return undefined;
}

/** `label:BEGIN` */
const followsWord = (text: string, at: number): boolean => at > 0 && /[\w`:]/.test(text.charAt(at - 1));
