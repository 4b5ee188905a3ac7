/** A change that joins its table to itself row by row: in batches, each row finds of it what the statement would find. */

/** What makes one row of several, or chooses among them. */
const mixes =
  /\b(?:group\s+by|having|distinct|union|intersect|except|limit|offset|fetch|join|lateral)\b|\bover\s*\(|\b(?:count|sum|min|max|avg|every|bool_and|bool_or|\w+_agg|group_concat)\s*\(/i;
const joined = /\b(\w+)\s*\.\s*(\w+)\s*=\s*(\w+)\s*\.\s*(\w+)\b/g;

/**
 * `UPDATE t SET … FROM (SELECT id, … FROM t) s WHERE t.id = s.id`: by the primary key, and of each row alone.
 *
 * @param text the statement with its condition
 * @param own names that stand for the rows to change, that of the table first
 */
export function readsItself(text: string, own: readonly string[], key: string): boolean {
  const start = /\bfrom\s*(?=\()/i.exec(text);
  if (start === null) return false;
  const inner = bracketed(text, start.index + start[0].length);
  const selects = inner === undefined ? undefined : depthOf(inner, own[0] ?? "", key);
  if (inner === undefined || selects !== text.match(/\bselect\b/gi)?.length) return false;
  const rest = text.slice(start.index + start[0].length + inner.length + 2);
  const [, alias = ""] = /^\s*(?:as\s+)?(\w+)/i.exec(rest) ?? [];
  if (/\bor\b|^[^]{0,80}?,[^]*\bwhere\b/i.test(rest)) return false;
  return [...rest.matchAll(joined)].some(([, ...names]) => {
    const [table = "", column, other = "", otherColumn] = names.map((name) => name.toLowerCase());
    const [sides, isAlias] = [[table, other], (name: string) => name === alias.toLowerCase()];
    return (
      column === key && otherColumn === key && sides.some(isAlias) && sides.some((one) => own.includes(one))
    );
  });
}

/** How many SELECTs stand in one another, each of which gives the key of the one below it, the last of the table. */
function depthOf(select: string, table: string, key: string): number | undefined {
  const [, list = "", rest = ""] = /^\s*select\b([^]*?)\bfrom\b\s*([^]*)$/i.exec(select) ?? [];
  const items = list.split(",").map((one) => one.trim().toLowerCase());
  if (mixes.test(select) || !items.some((one) => one.replace(/^\w+\./, "") === key)) return undefined;
  if (!rest.startsWith("(")) {
    const [, name = ""] = /^(?:only\s+)?(?:\w+\.)?(\w+)(?!\s*[,.\w]*,)/i.exec(rest) ?? [];
    return name.toLowerCase() === table ? 1 : undefined;
  }
  const inner = bracketed(rest, 0);
  const below = inner === undefined ? undefined : depthOf(inner, table, key);
  return below === undefined ? undefined : below + 1;
}

/** What stands between the parenthesis at that place and the one that closes it; strings may hold none. */
function bracketed(text: string, from: number): string | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") {
      at = text.indexOf("'", at + 1);
      if (at < 0) return undefined;
    } else if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return text.slice(from + 1, at);
  }
  return undefined;
}
