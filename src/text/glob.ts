/**
 * Compiles a path glob: `*` within a folder, `**` across folders, `?`, `{a,b}`. A pattern without `/` matches the
 * base name. Matching takes at most pattern × path steps, whatever the pattern.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  const patterns = expandBraces(pattern.replace(/^\.\//, "")).map((one) => one.split("/"));
  return (path) => {
    const parts = path.replace(/^\.\//, "").split("/");
    return patterns.some((one) => matchParts(one.length === 1 ? ["**", ...one] : one, parts));
  };
}

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const todo = [pattern];
  // A pattern with many groups would otherwise grow exponentially.
  while (todo.length > 0 && done.length + todo.length < 1000) {
    const next = todo.pop() ?? "";
    const close = next.indexOf("}");
    const open = close < 0 ? -1 : next.lastIndexOf("{", close);
    if (open < 0) done.push(next);
    else {
      for (const option of next.slice(open + 1, close).split(",")) {
        todo.push(next.slice(0, open) + option + next.slice(close + 1));
      }
    }
  }
  return done;
}

const matchParts = (pattern: readonly string[], parts: readonly string[]): boolean =>
  wildcard(pattern, parts, (part) => part === "**", matchPart);

const matchPart = (pattern: string, part: string): boolean =>
  wildcard(
    Array.from(pattern),
    Array.from(part),
    (c) => c === "*",
    (p, c) => p === "?" || p === c,
  );

/** The usual wildcard match with one place to go back to. */
function wildcard(
  pattern: readonly string[],
  items: readonly string[],
  isStar: (item: string) => boolean,
  equal: (pattern: string, item: string) => boolean,
): boolean {
  let p = 0;
  let i = 0;
  let star = -1;
  let resume = 0;
  while (i < items.length) {
    const want = pattern[p];
    if (want !== undefined && isStar(want)) {
      star = p++;
      resume = i;
    } else if (want !== undefined && equal(want, items[i] ?? "")) {
      p++;
      i++;
    } else if (star >= 0) {
      p = star + 1;
      i = ++resume;
    } else return false;
  }
  while (p < pattern.length && isStar(pattern[p] ?? "")) p++;
  return p === pattern.length;
}
