/** How a script opts out of its tool's transaction, where that takes more than a pattern. */

/** The directive counts only in the comment block at the top, and only if an empty line ends that block. */
export function atlasHead(text: string): boolean {
  let seen = false;
  for (const raw of text.slice(0, 4000).split("\n")) {
    const shown = raw.trim();
    if (shown === "" && seen) return true;
    if (shown !== "" && !shown.startsWith("--")) return false;
    if (/^-- atlas:txmode none$/.test(shown)) seen = true;
  }
  return seen;
}
