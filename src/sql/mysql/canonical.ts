/** An expression without what MySQL and MariaDB write otherwise when they print it. */

const token =
  /\bb'[01]+'|'(?:[^'\\]|''|\\[^])*'|"(?:[^"\\]|""|\\[^])*"|`(?:[^`]|``)*`|\/\*(?:[^*]|\*(?!\/))*\*\/|(?:--\s|#)[^\n]*|[\w$.]+|->>?|<=>|<>|<=|>=|!=|&&|\|\||[^\s]/gi;

/** Words and functions by the names that the servers print. */
const words: Readonly<Record<string, string | undefined>> = {
  "!=": "<>",
  "!": "not",
  "&&": "and",
  "||": "or",
  "%": "mod",
  mod: "mod",
  current_timestamp: "now",
  localtime: "now",
  localtimestamp: "now",
  current_date: "curdate",
  current_time: "curtime",
  substring: "substr",
  mid: "substr",
  lcase: "lower",
  ucase: "upper",
  character_length: "char_length",
  power: "pow",
  ceil: "ceiling",
  day: "dayofmonth",
  // Any of them is a number there.
  true: "1",
  false: "0",
};

/**
 * Texts that mean the same have one: case, quotes of names, brackets, character sets of literals, other names of functions and
 * operators don't count.
 */
export function canonicalText(text: string): string {
  const found = (text.match(token) ?? []).filter((part) => !/^(?:\/\*|--\s|#|[()])/.test(part));
  const parts = found.flatMap((part, at): readonly string[] => {
    // `_utf8mb4'…'`, and a cast's.
    if (/^_\w+$/.test(part) && /^['"]/.test(found[at + 1] ?? "")) return [];
    if (/^b'/i.test(part)) return [String(parseInt(part.slice(2), 2))];
    if (part.startsWith("`")) return [part.slice(1, -1).toLowerCase()];
    if (/^['"]/.test(part)) return [literal(part)];
    const lower = plainNumber(part.toLowerCase());
    return [words[lower] ?? lower];
  });
  return json(parts)
    .join(" ")
    .replaceAll(/ (?:charset|character set) \w+/g, "")
    .replaceAll(/\bnot (\S+) (in|like|between|regexp) /g, "$1 not $2 ")
    .replaceAll(/- (?=\d)/g, "-")
    .replace(/^\+ (?=\d)/, "");
}

/** `00003` of ZEROFILL, `1.50` of a decimal. */
const plainNumber = (text: string): string =>
  /^-?\d+(?:\.\d+)?$/.test(text)
    ? text.replace(/^(-?)0+(?=\d)/, "$1").replace(/\.0*$|(\.\d*?)0+$/, "$1")
    : text;

/** `2026-01-02 00:00:00.000` */
const midnight = (text: string): string =>
  /^\d{4}-\d\d-\d\d [\d:.]+$/.test(text) ? text.replace(/\.0+$/, "").replace(/ 00:00:00$/, "") : text;

/** With single quotes; a number in quotes is one. */
function literal(written: string): string {
  const quote = written.charAt(0);
  const inner = midnight(written.slice(1, -1).replaceAll(quote + quote, quote));
  return /^-?\d+(?:\.\d+)?$/.test(inner) ? plainNumber(inner) : `'${inner.replaceAll(/\\(['"])/g, "$1")}'`;
}

/** `a ->> 'b'` is `json_unquote(json_extract(a, 'b'))`. */
function json(parts: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const part of parts)
    if (part === "->" || part === "->>") {
      const left = out.pop() ?? "";
      out.push(...(part === "->>" ? ["json_unquote"] : []), "json_extract", left, ",");
    } else out.push(part);
  return out;
}
